"""The tables of the template, in memory, and what is asked of them."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from pynamodb.connection.base import Connection
from pynamodb.models import Model

from darkroom.models import catalog
from darkroom.models.gallery import GalleryImage, Share
from darkroom.models.publication import Publication, PublicationImages
from darkroom.models.story import Story
from darkroom.models.upload import Upload
from darkroom.models.user import User
from tests.support import template

MODELS: list[type[Model]] = [
    Publication,
    PublicationImages,
    *catalog.KINDS,
    catalog.CatalogItem,
    catalog.Counter,
    GalleryImage,
    Share,
    Story,
    Upload,
    User,
]


@pytest.fixture
def tables() -> Iterator[None]:
    with mock_aws():
        # pynamodb keeps the client of the first test otherwise.
        for model in MODELS:
            model._connection = None
        catalog.load_starter_set.cache_clear()
        template.create_tables(boto3.client("dynamodb"))
        yield


@pytest.fixture
def calls(tables: None, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """The DynamoDB operations that a test makes."""
    counter: Counter[str] = Counter()
    send = Connection.dispatch

    def counted(self: Connection, operation: str, arguments: dict[str, Any]) -> Any:
        counter[operation] += 1
        return send(self, operation, arguments)

    monkeypatch.setattr(Connection, "dispatch", counted)
    return counter
