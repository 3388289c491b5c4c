"""A recorder of botocore's AWS calls, which can replay their responses."""

import io
import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.handlers import BUILTIN_HANDLERS
from botocore.httpsession import URLLib3Session


@dataclass(frozen=True)
class AwsCall:
    """One AWS call: its request, its response and the seconds between them."""

    service: str
    operation: str
    parameters: dict[str, Any]
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def response(self) -> dict[str, Any]:
        decoded: dict[str, Any] = json.loads(self.body)
        return decoded


class CallRecorder:
    """Records the calls of all botocore clients of this process once `install` is called."""

    def __init__(self) -> None:
        self.calls: list[AwsCall] = []
        self._recorded: dict[str, list[AwsCall]] = {}
        self._replayed: dict[str, int] = {}
        self._current = threading.local()

    def install(self) -> None:
        """Patch botocore. Must be called before the first client is created."""
        BUILTIN_HANDLERS.append(("before-parameter-build", self._on_parameters))
        send = URLLib3Session.send

        def patched(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
            if self._recorded:
                return self._replay(request)
            return self._record(send, session, request)

        URLLib3Session.send = patched  # type: ignore[method-assign, assignment]

    @contextmanager
    def replay(self, calls: list[AwsCall]) -> Iterator[None]:
        """Replay the recorded responses of each operation in turn, repeatedly."""
        by_operation = defaultdict(list)
        for call in calls:
            by_operation[call.operation].append(call)
        self._recorded, self._replayed = dict(by_operation), defaultdict(int)
        try:
            yield
        finally:
            self._recorded = {}

    def _on_parameters(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        service = model.service_model.service_name
        self._current.call = (service, model.name, dict(params))
        if "ReturnConsumedCapacity" in model.input_shape.members:
            params["ReturnConsumedCapacity"] = "TOTAL"

    def _record(
        self, send: Any, session: URLLib3Session, request: AWSPreparedRequest
    ) -> AWSResponse:
        begin = time.perf_counter()
        response: AWSResponse = send(session, request)
        body = response.content
        seconds = time.perf_counter() - begin
        headers = dict(response.headers)
        service, operation, parameters = self._current.call
        code = response.status_code
        call = AwsCall(service, operation, parameters, code, headers, body, seconds)
        self.calls.append(call)
        return response

    def _replay(self, request: AWSPreparedRequest) -> AWSResponse:
        operation = self._current.call[1]
        calls = self._recorded[operation]
        call = calls[self._replayed[operation] % len(calls)]
        self._replayed[operation] += 1
        headers = HTTPHeaders.from_dict(call.headers)
        return AWSResponse(request.url, call.status, headers, _Raw(call.body))


class _Raw(io.BytesIO):
    """A response body with the interface of urllib3."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()
