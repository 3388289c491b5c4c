"""The ComfyUI host: `host` speaks its protocol, `instance` starts and stops what it runs on."""
