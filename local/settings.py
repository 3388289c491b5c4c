"""What may differ between two local clouds that stand side by side."""

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
    """Raised with one line that tells the person at the terminal what to do."""


@dataclass(frozen=True)
class Settings:
    port: int = 8000
    aws_port: int = 4566
    cloudinary_port: int = 8010
    comfyui_port: int = 8188
    # Requests that the functions work on at once; each may start a process of its own.
    concurrency: int = 10
    data: Path = ROOT / ".local" / "data"
    build: Path = ROOT / ".aws-sam" / "local"
    # A real account's URL takes the place of the emulator.
    cloudinary_url: str = ""
    # A real ComfyUI takes the place of the stand-in, which samples for so many seconds.
    comfyui_url: str = ""
    comfyui_seconds: float = 2
    # Where every use of a role's permission is noted, for the report of those that are not used.
    permissions: Path | None = None
    # The environment of samconfig.toml whose template parameters it takes.
    environment: str = "local"
    # Template parameters beside those that the local cloud sets itself.
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def aws_url(self) -> str:
        return f"http://{HOST}:{self.aws_port}"

    @property
    def comfyui(self) -> str:
        """Where ComfyUI answers, be it real or not."""
        return self.comfyui_url or f"http://{HOST}:{self.comfyui_port}"

    @property
    def logs(self) -> Path:
        return self.data / "logs"


def from_environment() -> Settings:
    """The settings of `make up`, from the variables that `make help` names.

    Raises `LocalCloudError` when one of them is not of its kind.
    """
    standard = Settings()
    return Settings(
        port=_port("PORT", standard.port),
        aws_port=_port("AWS_PORT", standard.aws_port),
        cloudinary_port=_port("CLOUDINARY_PORT", standard.cloudinary_port),
        comfyui_port=_port("COMFYUI_PORT", standard.comfyui_port),
        concurrency=_count("CONCURRENCY", standard.concurrency),
        data=Path(os.environ.get("DATA", standard.data)).resolve(),
        cloudinary_url=os.environ.get("CLOUDINARY_URL", ""),
        comfyui_url=os.environ.get("COMFYUI_URL", "").rstrip("/"),
    )


def _port(name: str, standard: int) -> int:
    text = os.environ.get(name, str(standard))
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise LocalCloudError(f"{name} must be a port, not {text!r}")
    return int(text)


def _count(name: str, standard: int) -> int:
    text = os.environ.get(name, str(standard))
    if not text.isdecimal() or not int(text):
        raise LocalCloudError(f"{name} must be a number from 1 on, not {text!r}")
    return int(text)
