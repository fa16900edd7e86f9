"""Other solvers on relief cases, each modelled as well as it allows."""
