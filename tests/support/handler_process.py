"""Runs one handler as a process: reads one event per line and writes one result per line."""

import importlib
import json
import sys
import uuid
from dataclasses import dataclass, field


@dataclass
class LambdaContext:
    function_name: str = "function"
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:function"
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def get_remaining_time_in_millis(self) -> int:
        return 29_000


def main() -> None:
    # What a handler prints must not mix with the results.
    results, sys.stdout = sys.stdout, sys.stderr
    module, name = sys.argv[1].rsplit(".", 1)
    handler = getattr(importlib.import_module(module), name)
    for line in sys.stdin:
        try:
            result = {"result": handler(json.loads(line), LambdaContext())}
        except Exception as error:
            result = {"error": str(error)}
        results.write(json.dumps(result) + "\n")
        results.flush()


if __name__ == "__main__":
    main()
