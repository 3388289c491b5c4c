"""`python -m ops.openapi`: print the OpenAPI document."""

import json

from ops.openapi.document import document
from ops.openapi.groups import groups


def main() -> None:
    print(json.dumps(document(groups()), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
