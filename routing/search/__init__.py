"""Who carries which load when: a search over the trips of all vehicles, compiled.

`load_problem` says what is asked, `search` looks for the answer, `loops` holds the compiled inner loops.
"""
