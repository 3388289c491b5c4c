from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """`data` is the folder of the images; `seconds` is the sampling time of one prompt."""

    data: Path
    seconds: float = 2
    checkpoints: tuple[str, ...] = ("v1-5-pruned-emaonly-fp16.safetensors",)
    # Limits every body, as ComfyUI's option --max-upload-size does.
    max_bytes: int = 104_857_600
