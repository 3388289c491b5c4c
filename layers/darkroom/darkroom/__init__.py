"""The package that the functions share."""

import gc

# Imported modules are never garbage. With Python's default threshold of 700, collections that
# search them take a tenth of a cold start.
gc.set_threshold(20_000)
