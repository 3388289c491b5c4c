"""`python -m local.comfyui`: listens always, or exactly while an EC2 instance runs."""

import argparse
import time
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from local import settings as cloud
from local.comfyui.app import create_app
from local.comfyui.instance import WATCHING, is_running
from local.comfyui.settings import Settings
from local.serving import configure, serving
from local.stack import client

WATCH_SECONDS = 0.5


def main() -> None:
    arguments = _parser().parse_args()
    checkpoints = tuple(arguments.checkpoint or Settings.checkpoints)
    app = create_app(Settings(arguments.data, arguments.seconds, checkpoints))
    if arguments.instance:
        ec2 = client(cloud.Settings(aws_port=arguments.aws_port), "ec2", WATCHING)
        obey(app, arguments.host, arguments.port, ec2, arguments.instance)
    uvicorn.Server(configure(app, arguments.host, arguments.port)).run()


def obey(app: ASGIApp, host: str, port: int, ec2: Any, instance: str) -> None:
    """A stopped instance refuses connections; what was in its memory is gone."""
    while True:
        _wait_while(ec2, instance, running=False)
        with serving(app, host, port):
            _wait_while(ec2, instance, running=True)


def _wait_while(ec2: Any, instance: str, *, running: bool) -> None:
    while is_running(ec2, instance, so_far=running) is running:
        time.sleep(WATCH_SECONDS)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("local.comfyui", description="A stand-in ComfyUI host.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8188)
    parser.add_argument("--data", type=Path, default=Path(".local/comfyui"))
    parser.add_argument("--seconds", type=float, default=2, help="what sampling one prompt takes")
    parser.add_argument("--checkpoint", action="append", help="a name to offer; may be repeated")
    parser.add_argument("--instance", help="obey the instance tagged darkroom-comfyui with this")
    parser.add_argument("--aws-port", type=int, default=4566, help="where that instance is")
    return parser


if __name__ == "__main__":
    main()
