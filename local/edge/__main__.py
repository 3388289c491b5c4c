"""`python -m local.edge`: only the edge."""

import argparse

import uvicorn

from local.edge.app import create_app
from local.settings import HOST


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.edge")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--aws-port", type=int, required=True)
    parser.add_argument("--api-id", required=True)
    parser.add_argument("--concurrency", type=int, required=True)
    options = parser.parse_args()
    app = create_app(options.aws_port, options.api_id, options.concurrency)
    uvicorn.run(
        app, host=HOST, port=options.port, access_log=False, date_header=False, server_header=False
    )


if __name__ == "__main__":
    main()
