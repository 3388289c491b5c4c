"""Requests begin at once: nothing of a route is left to do but its work."""

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


def called(dependant: Dependant) -> Iterator[object]:
    """What a request to one route runs: the route's function, and what it depends on."""
    yield dependant.call
    for inner in dependant.dependencies:
        yield from called(inner)


def app_of(package: str) -> FastAPI:
    app: FastAPI = importlib.import_module(f"{package}.app").app
    return app


@pytest.mark.parametrize("package", HTTP)
def test_routes_are_ready_when_the_function_is(package: str) -> None:
    # What an app includes, it analyzes in the first request.
    assert [route for route in app_of(package).routes if not isinstance(route, Route)] == []


@pytest.mark.parametrize("package", HTTP)
def test_routes_forgive_a_missing_content_type(package: str) -> None:
    routes = [route for route in app_of(package).routes if isinstance(route, APIRoute)]

    assert [route.path for route in routes if route.strict_content_type is not False] == []


# A process of Lambda has one request at a time, and its loop is free.
@pytest.mark.parametrize("package", HTTP)
def test_routes_and_their_dependencies_run_on_the_loop(package: str) -> None:
    calls = [
        call
        for route in app_of(package).routes
        if isinstance(route, APIRoute)
        for call in called(route.dependant)
    ]

    assert calls
    assert [call for call in calls if not inspect.iscoroutinefunction(call)] == []
