"""`make bench`: this API beside hand-written routes, on the same PostgreSQL, in one run.

Not tests: figures depend on the machine, ratios within a run much less. `python -m tests.benchmarks --help` tells the
options; `arguments` reads them and `session` is the run from beginning to end.
"""
