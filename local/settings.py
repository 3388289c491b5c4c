"""The settings in which two local clouds on one machine may differ."""

import os
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOST = "127.0.0.1"
REGION = "us-east-1"
STACK = "darkroom"

# The account of the Cloudinary emulator.
CLOUD_NAME, API_KEY, API_SECRET = "demo", "key", "secret"


class LocalCloudError(Exception):
    """Its message is one line for the terminal that explains what to do."""


@dataclass(frozen=True)
class Settings:
    port: int = 8000
    aws_port: int = 4566
    cloudinary_port: int = 8010
    comfyui_port: int = 8188
    # Requests that functions process at once; each may start another process.
    concurrency: int = 10
    data: Path = ROOT / ".local" / "data"
    build: Path = ROOT / ".aws-sam" / "local"
    # URL of a real account, which replaces the emulator.
    cloudinary_url: str = ""
    # URL of a real ComfyUI host, which replaces the stand-in.
    comfyui_url: str = ""
    # Duration of a run on the stand-in.
    comfyui_seconds: float = 2
    # Log of the permissions that roles use, for the report of unused ones.
    permissions: Path | None = None
    # Environment of samconfig.toml, for its template parameters.
    environment: str = "local"
    # Template parameters in addition to those of the environment and of the local cloud.
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def aws_url(self) -> str:
        return f"http://{HOST}:{self.aws_port}"

    @property
    def comfyui(self) -> str:
        """URL of the real ComfyUI host or of the stand-in."""
        return self.comfyui_url or f"http://{HOST}:{self.comfyui_port}"

    @property
    def logs(self) -> Path:
        return self.data / "logs"


def from_environment() -> Settings:
    """The settings of `make up`, from the variables that `make help` lists.

    Raises `LocalCloudError` for an invalid value.
    """
    default = Settings()
    return Settings(
        port=_port("PORT", default.port),
        aws_port=_port("AWS_PORT", default.aws_port),
        cloudinary_port=_port("CLOUDINARY_PORT", default.cloudinary_port),
        comfyui_port=_port("COMFYUI_PORT", default.comfyui_port),
        concurrency=_count("CONCURRENCY", default.concurrency),
        data=Path(os.environ.get("DATA", default.data)).resolve(),
        cloudinary_url=os.environ.get("CLOUDINARY_URL", ""),
        comfyui_url=os.environ.get("COMFYUI_URL", "").rstrip("/"),
    )


def _port(name: str, default: int) -> int:
    text = os.environ.get(name, str(default))
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise LocalCloudError(f"{name} must be a port, not {text!r}")
    return int(text)


def _count(name: str, default: int) -> int:
    text = os.environ.get(name, str(default))
    if not text.isdecimal() or not int(text):
        raise LocalCloudError(f"{name} must be a number of at least 1, not {text!r}")
    return int(text)
