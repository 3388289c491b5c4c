"""All functions in this process, behind a gateway, on an emulated account of their own."""

import importlib
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import httpx2

from bench.wire import Call, Wire
from local.cloud import cloudinary_emulator
from local.settings import Settings
from local.stack import CREDENTIALS
from tests.conftest import client, create
from tests.support import template
from tests.support.functions import FunctionError
from tests.support.gateway import Gateway
from tests.support.worker import Context


@dataclass(frozen=True)
class Invocation:
    """What a function was asked, and what it asked AWS for."""

    function: str
    event: dict[str, Any]
    calls: list[Call]


@dataclass
class Inside:
    """Invokes handlers as tests' `Functions` does, and remembers what each of them did."""

    wire: Wire
    values: dict[str, str]
    api: httpx2.Client = field(init=False)
    invocations: list[Invocation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.api = client("https://api.example.com", Gateway(self))  # type: ignore[arg-type]

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        begin = len(self.wire.calls)
        # As Lambda hands it over: made of JSON.
        text = json.dumps(event)
        try:
            return handler(function)(json.loads(text), Context())
        except Exception as error:
            raise FunctionError(str(error)) from error
        finally:
            calls = self.wire.calls[begin:]
            self.invocations.append(Invocation(function, json.loads(text), calls))


def handler(function: str) -> Any:
    module, name = template.functions()[function]["Handler"].rsplit(".", 1)
    return getattr(importlib.import_module(module), name)


@contextmanager
def inside(settings: Settings) -> Iterator[Inside]:
    """Needs MiniStack at the settings' port; settings of functions that differ are the last's."""
    with ExitStack() as stack:
        stack.enter_context(cloudinary_emulator(settings))
        wire = Wire()
        wire.tap()
        values = create(settings)
        stack.enter_context(patch.dict(os.environ))
        os.environ.update({**CREDENTIALS, "AWS_REGION": "us-east-1"})
        os.environ.update({"AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": settings.aws_url})
        for function in template.functions().values():
            os.environ.update(template.environment(function, values))
        yield Inside(wire, values)
