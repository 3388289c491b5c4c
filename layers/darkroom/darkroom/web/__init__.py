"""The HTTP side of a function: its app, its envelopes and its Lambda handler.

No other part of `darkroom` imports FastAPI.
"""
