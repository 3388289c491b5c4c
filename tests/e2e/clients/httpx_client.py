"""Upload files with httpx, streamed: httpx_client.py URL TOKEN FIELD FILE..."""

import sys
from contextlib import ExitStack
from pathlib import Path

import httpx2

url, token, field, *files = sys.argv[1:]
with ExitStack() as stack:
    response = httpx2.post(
        url,
        headers={"Authorization": f"Bearer {token}"},
        files=[(field, stack.enter_context(Path(file).open("rb"))) for file in files],
        data={"caption": "Mañana"},
        timeout=60,
    )
print(response.text)
print(response.status_code)
