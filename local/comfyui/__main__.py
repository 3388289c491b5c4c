"""`python -m local.comfyui`: serve always, or only while an EC2 instance is running."""

import argparse
import time
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from local import settings as cloud
from local.comfyui.app import create_app
from local.comfyui.instance import POLL_CONFIG, is_running
from local.comfyui.settings import Settings
from local.serving import configure, serving
from local.stack import client

POLL_SECONDS = 0.5


def main() -> None:
    arguments = _parser().parse_args()
    checkpoints = tuple(arguments.checkpoint or Settings.checkpoints)
    app = create_app(Settings(arguments.data, arguments.seconds, checkpoints))
    if arguments.instance:
        ec2 = client(cloud.Settings(aws_port=arguments.aws_port), "ec2", POLL_CONFIG)
        follow_instance(app, arguments.host, arguments.port, ec2, arguments.instance)
    uvicorn.Server(configure(app, arguments.host, arguments.port)).run()


def follow_instance(app: ASGIApp, host: str, port: int, ec2: Any, instance: str) -> None:
    """While the instance is stopped, refuse connections. A stop clears the host's memory."""
    while True:
        _wait_while(ec2, instance, running=False)
        with serving(app, host, port):
            _wait_while(ec2, instance, running=True)


def _wait_while(ec2: Any, instance: str, *, running: bool) -> None:
    while is_running(ec2, instance, last_known=running) is running:
        time.sleep(POLL_SECONDS)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("local.comfyui", description="A ComfyUI stand-in.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8188)
    parser.add_argument("--data", type=Path, default=Path(".local/comfyui"))
    parser.add_argument("--seconds", type=float, default=2, help="sampling time of one prompt")
    parser.add_argument("--checkpoint", action="append", help="name of a model; repeatable")
    parser.add_argument("--instance", help="serve only while the instance with this tag runs")
    parser.add_argument("--aws-port", type=int, default=4566, help="port of that instance's EC2")
    return parser


if __name__ == "__main__":
    main()
