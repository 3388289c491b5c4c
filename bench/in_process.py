"""All functions in this process, behind a gateway, with an emulated AWS account."""

import importlib
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import httpx2

from bench.aws_calls import AwsCall, CallRecorder
from local.cloud import cloudinary_emulator
from local.settings import Settings
from local.stack import CREDENTIALS
from ops import template
from tests.conftest import client, create_resources
from tests.support.functions import FunctionError
from tests.support.gateway import Gateway
from tests.support.handler_process import LambdaContext


@dataclass(frozen=True)
class Invocation:
    """The event that a function received, and the AWS calls that it made."""

    function: str
    event: dict[str, Any]
    calls: list[AwsCall]


@dataclass
class InProcess:
    """Invokes handlers like the tests' `Functions`, and records each invocation.

    `resource_ids` are physical ids by logical id.
    """

    recorder: CallRecorder
    resource_ids: dict[str, str]
    api: httpx2.Client = field(init=False)
    invocations: list[Invocation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.api = client("https://api.example.com", Gateway(self))  # type: ignore[arg-type]

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """The handler's result. Raises `FunctionError` if the handler raises."""
        begin = len(self.recorder.calls)
        # Lambda passes decoded JSON.
        text = json.dumps(event)
        try:
            return handler(function)(json.loads(text), LambdaContext())
        except Exception as error:
            raise FunctionError(str(error)) from error
        finally:
            calls = self.recorder.calls[begin:]
            self.invocations.append(Invocation(function, json.loads(text), calls))


def handler(function: str) -> Any:
    module, name = template.functions()[function]["Handler"].rsplit(".", 1)
    return getattr(importlib.import_module(module), name)


@contextmanager
def in_process(settings: Settings) -> Iterator[InProcess]:
    """Requires MiniStack at the settings' port. All functions share one environment: where their
    variables differ, those of the last function apply."""
    with ExitStack() as stack:
        stack.enter_context(cloudinary_emulator(settings))
        recorder = CallRecorder()
        recorder.install()
        resource_ids = create_resources(settings)
        stack.enter_context(patch.dict(os.environ))
        os.environ.update({**CREDENTIALS, "AWS_REGION": "us-east-1"})
        os.environ.update({"AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": settings.aws_url})
        for function in template.functions().values():
            os.environ.update(template.environment(function, resource_ids))
        yield InProcess(recorder, resource_ids)
