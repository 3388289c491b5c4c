"""Runs one handler the way Lambda does: a process of its own, an event a line, an answer a line."""

import importlib
import json
import sys
import uuid
from dataclasses import dataclass, field


@dataclass
class Context:
    function_name: str = "function"
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:function"
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def get_remaining_time_in_millis(self) -> int:
        return 29_000


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr
    module, name = sys.argv[1].rsplit(".", 1)
    handler = getattr(importlib.import_module(module), name)
    for line in sys.stdin:
        try:
            answer = {"answer": handler(json.loads(line), Context())}
        except Exception as error:
            answer = {"error": str(error)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
