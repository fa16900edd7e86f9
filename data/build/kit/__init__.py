"""What the builders of all regions share: README.md beside this folder says how to use it."""
