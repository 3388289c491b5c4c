"""A ComfyUI stand-in: the protocol of a host that runs one prompt at a time and draws images."""
