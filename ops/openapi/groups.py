"""The groups of the API: the functions that the template puts behind the gateway."""

import importlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from samcli.yamlhelper import yaml_parse

TEMPLATE = Path(__file__).parent.parent.parent / "template.yaml"


@dataclass(frozen=True)
class Group:
    package: str
    app: FastAPI
    is_protected: bool

    @property
    def envelope(self) -> Any:
        return self.app.state.envelope

    def asks(self, name: str) -> set[str]:
        """The functions that a route depends on, by way of others too."""
        contexts = iter_route_contexts(self.app.routes)
        return _calls(next(route.dependant for route in contexts if route.name == name))


def _calls(dependant: Any) -> set[str]:
    direct = {inner.call.__name__ for inner in dependant.dependencies}
    return direct.union(*(_calls(inner) for inner in dependant.dependencies))


def gateway_bodies() -> dict[str, Any]:
    """What the gateway answers itself, by status."""
    api = _template()["Api"]["Properties"]
    return {
        str(response["StatusCode"]): json.loads(response["ResponseTemplates"]["application/json"])
        for response in api["GatewayResponses"].values()
        if "StatusCode" in response
    }


def groups() -> list[Group]:
    """The groups in the template's order. Sets the environment that their apps load in."""
    functions = {name: made for name, made in _functions().items() if _routes(made)}
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
    for function in functions.values():
        # The document does not depend on a setting; this is both a text and a number.
        os.environ |= dict.fromkeys(function["Environment"]["Variables"], "1")
    return [_group(function) for function in functions.values()]


def _functions() -> dict[str, dict[str, Any]]:
    return {
        name: resource["Properties"]
        for name, resource in _template().items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def _template() -> dict[str, Any]:
    resources: dict[str, Any] = yaml_parse(TEMPLATE.read_text())["Resources"]
    return resources


def _group(function: dict[str, Any]) -> Group:
    package = function["Handler"].split(".")[0]
    app = importlib.import_module(f"{package}.app").app
    return Group(package, app, any("Auth" in route for route in _routes(function)))


def _routes(function: dict[str, Any]) -> list[dict[str, Any]]:
    events = function.get("Events", {}).values()
    return [event["Properties"] for event in events if event["Type"] == "Api"]
