"""The ComfyUI host: its HTTP API (`host`, `connection`, `runs`) and its EC2 instance."""
