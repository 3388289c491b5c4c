from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """One product environment; the limits are those of Cloudinary's free plan."""

    data: Path
    cloud: str
    api_key: str
    api_secret: str
    admin_quota: int = 500
    max_bytes: int = 10_485_760
    max_pixels: int = 25_000_000
    # Cloudinary's support enables this for single accounts.
    bulk_invalidation: bool = False
