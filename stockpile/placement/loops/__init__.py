"""Compiled inner loops of the primal-dual method: one step, the Lagrangian bound, and a feasible plan.

All scenarios lie behind each other in flat arrays. Sites are numbered through (N), lanes (E) are sorted by
site; `first_site[s]` and `first_lane[n]` say where a scenario's sites and a site's lanes begin. What moves
and what is received is counted in people: units divided by the units that one person needs. Scenarios are
independent within a step, so threads may share them out (`begin_s` to `end_s`) without any race: the result
does not depend on how many threads there are.
"""
