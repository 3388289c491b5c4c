"""Settings of local clouds that run next to other ones."""

import socket
from pathlib import Path
from typing import Any

from local.settings import HOST, Settings


def free_port() -> int:
    """A port that the system assigns to nobody for a minute, since a connection of it has ended."""
    with (
        socket.create_server((HOST, 0)) as listener,
        socket.create_connection(listener.getsockname()),
    ):
        listener.accept()[0].close()
        return int(listener.getsockname()[1])


def isolated_settings(data: Path, **options: Any) -> Settings:
    """Settings with free ports and the given folder for data."""
    return Settings(
        port=free_port(),
        aws_port=free_port(),
        cloudinary_port=free_port(),
        comfyui_port=free_port(),
        data=data,
        **options,
    )
