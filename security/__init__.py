"""What guards the stack before it is deployed: scanners, and the reasons of what they may find."""
