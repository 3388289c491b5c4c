"""A local Cloudinary: the Upload API, the Admin API and the delivery network in one process."""
