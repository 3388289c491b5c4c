"""The groups of the API: the functions with API events in the template."""

import importlib
import json
import os
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from ops import template


@dataclass(frozen=True)
class Group:
    package: str
    app: FastAPI
    is_protected: bool

    @property
    def envelope(self) -> Any:
        return self.app.state.envelope

    def dependencies(self, name: str) -> set[str]:
        """The names of a route's dependencies, direct and indirect."""
        contexts = iter_route_contexts(self.app.routes)
        return _dependencies(next(route.dependant for route in contexts if route.name == name))


def _dependencies(dependant: Any) -> set[str]:
    direct = {inner.call.__name__ for inner in dependant.dependencies}
    return direct.union(*(_dependencies(inner) for inner in dependant.dependencies))


def gateway_bodies() -> dict[str, Any]:
    """The bodies of the gateway's own responses by status."""
    api = template.template()["Resources"]["Api"]["Properties"]
    return {
        str(response["StatusCode"]): json.loads(response["ResponseTemplates"]["application/json"])
        for response in api["GatewayResponses"].values()
        if "StatusCode" in response
    }


def groups() -> list[Group]:
    """The groups in the template's order. Sets the environment variables that their apps read."""
    functions = [function for function in template.functions().values() if _routes(function)]
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
    for function in functions:
        # The document does not depend on settings; "1" is valid for texts and for numbers.
        os.environ |= dict.fromkeys(function["Environment"]["Variables"], "1")
    return [_group(function) for function in functions]


def _group(function: dict[str, Any]) -> Group:
    package = function["Handler"].split(".")[0]
    app = importlib.import_module(f"{package}.app").app
    return Group(package, app, any("Auth" in route for route in _routes(function)))


def _routes(function: dict[str, Any]) -> list[dict[str, Any]]:
    events = function.get("Events", {}).values()
    return [event["Properties"] for event in events if event["Type"] == "Api"]
