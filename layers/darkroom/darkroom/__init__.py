"""What the functions share."""

import gc

# What is imported stays: with Python's own 700, looking for garbage among it takes a tenth of a
# cold start. Requests leave little that only a collection finds.
gc.set_threshold(20_000)
