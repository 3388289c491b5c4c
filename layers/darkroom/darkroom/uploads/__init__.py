"""Uploads: storing the assets with their row, and presigned forms for direct uploads."""
