"""Upload files with requests: requests_client.py URL TOKEN FIELD FILE..."""

import sys
from pathlib import Path

import requests

url, token, field, *files = sys.argv[1:]
response = requests.post(
    url,
    headers={"Authorization": f"Bearer {token}"},
    files=[(field, (Path(file).name, Path(file).read_bytes())) for file in files],
    data={"caption": "Mañana"},
    timeout=60,
)
print(response.text)
print(response.status_code)
