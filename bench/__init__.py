"""Benchmark of the performance budgets: `python -m bench`, or `make bench`."""
