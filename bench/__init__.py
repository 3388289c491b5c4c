"""Measures what the design promises: `python -m bench`, or `make bench`."""
