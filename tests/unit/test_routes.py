"""Routes are analyzed at start-up and run on the event loop."""

import importlib
import inspect
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import Route

from ops import template

FUNCTIONS = template.functions()
HTTP = sorted(
    {
        function["Handler"].split(".")[0]
        for function in FUNCTIONS.values()
        if any(event["Type"] == "Api" for event in function.get("Events", {}).values())
    }
)


def functions_of(dependant: Dependant) -> Iterator[object]:
    """The functions that a request to a route runs: the route's own and its dependencies."""
    yield dependant.call
    for inner in dependant.dependencies:
        yield from functions_of(inner)


def app_of(package: str) -> FastAPI:
    app: FastAPI = importlib.import_module(f"{package}.app").app
    return app


@pytest.mark.parametrize("package", HTTP)
def test_routes_are_analyzed_at_start_up(package: str) -> None:
    # An app analyzes the routes of included routers in the first request.
    assert [route for route in app_of(package).routes if not isinstance(route, Route)] == []


@pytest.mark.parametrize("package", HTTP)
def test_routes_accept_a_missing_content_type(package: str) -> None:
    routes = [route for route in app_of(package).routes if isinstance(route, APIRoute)]

    assert [route.path for route in routes if route.strict_content_type is not False] == []


# A process of Lambda serves one request at a time, so it needs no threads.
@pytest.mark.parametrize("package", HTTP)
def test_routes_and_their_dependencies_are_coroutines(package: str) -> None:
    calls = [
        call
        for route in app_of(package).routes
        if isinstance(route, APIRoute)
        for call in functions_of(route.dependant)
    ]

    assert calls
    assert [call for call in calls if not inspect.iscoroutinefunction(call)] == []
