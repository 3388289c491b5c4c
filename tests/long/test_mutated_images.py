"""No mutated image escapes the ingestion, or takes more than its share of time or memory."""

import os
import resource
from pathlib import Path

import pytest

from tests.support.hostile_files import uniform
from tests.support.mutated_images import MAX_PEAK, ingest_all
from tests.support.peak_memory import peak_memory

IMAGES = 100_000


@pytest.mark.timeout(6 * 3600)
def test_mutated_images_are_rejected_or_decode_in_time() -> None:
    results, slow = ingest_all(range(IMAGES), os.cpu_count() or 1)

    assert sum(results.values()) == IMAGES
    assert results["accepted"] > IMAGES // 20
    assert slow == []
    # The largest of all descendants, of which each decodes one image.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert peak < MAX_PEAK


@pytest.mark.parametrize(
    ("format_name", "mode", "options"),
    [
        ("AVIF", "RGB", {"speed": 10, "subsampling": "4:4:4"}),
        ("AVIF", "RGBA", {"speed": 10}),
        ("WEBP", "RGBA", {"method": 0}),
        ("WEBP", "RGBA", {"lossless": True, "method": 0}),
        ("PNG", "RGBA", {}),
        ("JPEG", "RGB", {"progressive": True}),
        ("JPEG", "CMYK", {}),
        ("TIFF", "RGBA", {"compression": "tiff_lzw"}),
    ],
)
def test_fifty_megapixels_need_at_most_seven_hundred_megabytes(
    tmp_path: Path, format_name: str, mode: str, options: dict[str, object]
) -> None:
    (tmp_path / "image").write_bytes(uniform(format_name, 7000, 7000, mode, **options))

    assert peak_memory(tmp_path / "image") < MAX_PEAK
