"""The router class of all groups."""

from functools import partial

from fastapi import APIRouter

from darkroom.web.requests import CompleteRoute

# Clients omit the content type of JSON bodies. The OpenAPI document names operations by routes.
group_router = partial(
    APIRouter,
    strict_content_type=False,
    generate_unique_id_function=lambda route: route.name,
    route_class=CompleteRoute,
)
