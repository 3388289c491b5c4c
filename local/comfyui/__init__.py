"""A stand-in ComfyUI host: its protocol, one prompt at a time, and pictures that are drawn."""
