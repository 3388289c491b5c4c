"""What all routers have in common."""

from functools import partial

from fastapi import APIRouter

# Clients forget to say that their body is JSON. In the API's document a call has its route's name.
group_router = partial(
    APIRouter, strict_content_type=False, generate_unique_id_function=lambda route: route.name
)
