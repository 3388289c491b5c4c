from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """`data` keeps the pictures; `seconds` is what sampling one prompt takes."""

    data: Path
    seconds: float = 2
    checkpoints: tuple[str, ...] = ("v1-5-pruned-emaonly-fp16.safetensors",)
    # What ComfyUI's own --max-upload-size says: it limits every body.
    max_bytes: int = 104_857_600
