"""`scripts/compat`: the scenarios of `tests/compat` as a matrix of clients, with a report that can be shown around."""
