"""Local clouds that stand beside any other one."""

import socket
from pathlib import Path
from typing import Any

from local.settings import HOST, Settings


def free_port() -> int:
    """A port that the system gives nobody for a minute, as a connection of it has just ended."""
    with (
        socket.create_server((HOST, 0)) as listener,
        socket.create_connection(listener.getsockname()),
    ):
        listener.accept()[0].close()
        return int(listener.getsockname()[1])


def settings_beside(data: Path, **others: Any) -> Settings:
    """Settings with ports and a folder of their own."""
    return Settings(
        port=free_port(),
        aws_port=free_port(),
        cloudinary_port=free_port(),
        comfyui_port=free_port(),
        data=data,
        **others,
    )
