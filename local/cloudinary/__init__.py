"""A Cloudinary emulator: Upload API, Admin API and delivery network in one process."""
