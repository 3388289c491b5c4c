"""The HTTP side of a function: its app, its error bodies and its Lambda handler.

No other part of `darkroom` imports FastAPI.
"""
