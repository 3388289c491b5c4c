"""The API's document, made of what the groups' own apps say: `make openapi`."""
