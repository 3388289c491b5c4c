"""A sample of the mutated images of `make test-long`."""

from collections import Counter

from darkroom.images.formats import FORMATS
from tests.support.mutated_images import ingest, mutate, originals


def test_a_mutated_image_is_rejected_or_decodes() -> None:
    results = Counter(ingest(seed).result for seed in range(300))

    assert results["accepted"] > 10
    assert results["NotAnImageError"] > 10


def test_mutations_depend_only_on_their_seed() -> None:
    assert [mutate(seed) for seed in range(20)] == [mutate(seed) for seed in range(20)]
    assert len(originals()) > 2 * len(FORMATS)
