"""Images: their formats, ingestion and the removal of metadata."""
