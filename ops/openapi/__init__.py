"""The OpenAPI document of all groups, generated from their FastAPI apps: `make openapi`."""
