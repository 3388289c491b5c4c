"""What goes between botocore and AWS: counted, timed, and answered again from memory."""

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
class Call:
    """One call of AWS: what was asked, what came, and the seconds in between."""

    service: str
    operation: str
    parameters: dict[str, Any]
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def answer(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class Wire:
    """Every botocore client of this process, once `tap` is called."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._replies: dict[str, list[Call]] = {}
        self._given: dict[str, int] = {}
        self._asked = threading.local()

    def tap(self) -> None:
        """Listen in. To be called before the first client is made."""
        BUILTIN_HANDLERS.append(("before-parameter-build", self._on_parameters))
        send = URLLib3Session.send

        def tapped(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
            if self._replies:
                return self._reply(request)
            return self._pass(send, session, request)

        URLLib3Session.send = tapped  # type: ignore[method-assign, assignment]

    @contextmanager
    def replaying(self, calls: list[Call]) -> Iterator[None]:
        """Answer each operation with what it was answered before, in turn and again and again."""
        by_operation = defaultdict(list)
        for call in calls:
            by_operation[call.operation].append(call)
        self._replies, self._given = dict(by_operation), defaultdict(int)
        try:
            yield
        finally:
            self._replies = {}

    def _on_parameters(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        service = model.service_model.service_name
        self._asked.call = (service, model.name, dict(params))
        if "ReturnConsumedCapacity" in model.input_shape.members:
            params["ReturnConsumedCapacity"] = "TOTAL"

    def _pass(self, send: Any, session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        begin = time.perf_counter()
        response: AWSResponse = send(session, request)
        body = response.content
        seconds = time.perf_counter() - begin
        headers = dict(response.headers)
        service, operation, parameters = self._asked.call
        code = response.status_code
        call = Call(service, operation, parameters, code, headers, body, seconds)
        self.calls.append(call)
        return response

    def _reply(self, request: AWSPreparedRequest) -> AWSResponse:
        operation = self._asked.call[1]
        replies = self._replies[operation]
        call = replies[self._given[operation] % len(replies)]
        self._given[operation] += 1
        headers = HTTPHeaders.from_dict(call.headers)
        return AWSResponse(request.url, call.status, headers, _Raw(call.body))


class _Raw(io.BytesIO):
    """A body as urllib3 hands it over."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()
