"""The catalog of generation: settings, styles, formats and prompt examples, one partition per kind.

Two more partitions: `counter` holds the last id of each kind, so that no id is reused, and
`starter set` holds one marker row after the starter set was written, so that its deleted rows do
not return.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Self

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from darkroom import ids, settings
from darkroom.errors import NotFoundError
from darkroom.models.operations import (
    get_or_none,
    query_page,
    try_commit,
    try_update,
    try_write,
)
from darkroom.paging import Cursor, Element

STARTER_SET = Path(__file__).with_name("starter_set.json")

_COUNTER, _MARKER = "counter", "starter set"


class Counter(Model):
    """The last id of the kind that `position` names."""

    class Meta:
        table_name = settings.text("CATALOG_TABLE")

    kind = UnicodeAttribute(hash_key=True, default=_COUNTER)
    position = UnicodeAttribute(range_key=True)
    last = NumberAttribute()


class CatalogItem(Model):
    """Base of the four kinds. Every access first writes the starter set if the table is new."""

    class Meta:
        table_name = settings.text("CATALOG_TABLE")

    KIND: ClassVar[str]
    NOUN: ClassVar[str]

    kind = UnicodeAttribute(hash_key=True)
    position = UnicodeAttribute(range_key=True)
    id = NumberAttribute()

    @classmethod
    def create(cls, fields: Mapping[str, Any]) -> Self:
        """Store a new item with the next id of its kind."""
        load_starter_set()
        counter = Counter(position=cls.KIND)
        counter.update([Counter.last.add(1)])
        item = cls.numbered(int(counter.last), fields)
        item.save()
        return item

    @classmethod
    def numbered(cls, item_id: int, fields: Mapping[str, Any]) -> Self:
        return cls(cls.KIND, ids.position(item_id), id=item_id, **fields)

    @classmethod
    def find(cls, item_id: int) -> Self:
        """Raises `NotFoundError`."""
        load_starter_set()
        if item := get_or_none(cls, cls.KIND, ids.position(item_id)):
            return item
        raise cls.not_found()

    @classmethod
    def after(cls, cursor: Cursor, limit: int | None = None) -> Iterator[Element[Self]]:
        """The items after the cursor, by id."""
        load_starter_set()
        rows = query_page(cls, cls.KIND, cursor.after[0], limit, consistent_read=True)
        return (Element(0, row.position, row) for row in rows)

    @classmethod
    def change(cls, item_id: int, fields: Mapping[str, Any]) -> Self:
        """Replace these fields and leave the others. Raises `NotFoundError`."""
        load_starter_set()
        item = cls(cls.KIND, ids.position(item_id))
        actions = [getattr(cls, name).set(value) for name, value in fields.items()]
        if not try_update(item, actions, cls.kind.exists()):
            raise cls.not_found()
        return item

    @classmethod
    def remove(cls, item_id: int) -> None:
        """Raises `NotFoundError`."""
        load_starter_set()
        item = cls(cls.KIND, ids.position(item_id))
        if not try_write(lambda: item.delete(cls.kind.exists())):
            raise cls.not_found()

    @classmethod
    def not_found(cls) -> NotFoundError:
        return NotFoundError(f"{cls.NOUN} not found")


class Setting(CatalogItem):
    KIND, NOUN = "settings", "Setting"

    name = UnicodeAttribute()
    value = UnicodeAttribute()
    description = UnicodeAttribute()

    @classmethod
    def by_name(cls) -> dict[str, str]:
        """The values of all settings; for settings with the same name, the lowest id wins."""
        load_starter_set()
        rows = cls.query(cls.KIND, consistent_read=True, attributes_to_get=["name", "value"])
        return {row.name: row.value for row in reversed(list(rows))}


class Style(CatalogItem):
    KIND, NOUN = "styles", "Style"

    name = UnicodeAttribute()
    description = UnicodeAttribute()
    prompt_template = UnicodeAttribute()


class Format(CatalogItem):
    KIND, NOUN = "formats", "Format"

    name = UnicodeAttribute()
    description = UnicodeAttribute()
    width = NumberAttribute()
    height = NumberAttribute()


class PromptExample(CatalogItem):
    KIND, NOUN = "prompt_examples", "Example"

    title = UnicodeAttribute()
    prompt = UnicodeAttribute()
    category = UnicodeAttribute()


KINDS: tuple[type[CatalogItem], ...] = (Setting, Style, Format, PromptExample)


# The marker is never deleted, so a warm function reads it once.
@cache
def load_starter_set() -> None:
    """Write the starter set unless the table has had it."""
    if get_or_none(CatalogItem, _MARKER, _MARKER) is None:
        write_starter_set()


def write_starter_set() -> None:
    """Write the complete starter set, unless another function wrote it first."""
    starter_set = json.loads(STARTER_SET.read_text("utf-8"))

    def writes(write: TransactWrite) -> None:
        marker = CatalogItem(_MARKER, _MARKER, id=0)
        write.save(marker, condition=CatalogItem.kind.does_not_exist())
        for kind in KINDS:
            rows = starter_set[kind.KIND]
            write.save(Counter(position=kind.KIND, last=len(rows)))
            for item_id, fields in enumerate(rows, start=1):
                write.save(kind.numbered(item_id, fields))

    try_commit(writes)
