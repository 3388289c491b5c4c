"""The catalog of generation: settings, styles, formats and prompt examples, a partition per kind.

Two more partitions keep order: `counter` holds the last id given in each kind, so that none is ever
given again, and `starter set` one row, once the starter set was written, so that what an operator
deletes of it stays deleted.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Self

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist, TransactWriteError, UpdateError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from darkroom import ids, settings
from darkroom.errors import NotFoundError
from darkroom.models.operations import commit, is_condition_failure
from darkroom.paging import Cursor, Element

STARTER_SET = Path(__file__).with_name("starter_set.json")

_COUNTER, _MARKER = "counter", "starter set"


class Counter(Model):
    """The last id given in the kind that `position` names."""

    class Meta:
        table_name = settings.text("CATALOG_TABLE")

    kind = UnicodeAttribute(hash_key=True, default=_COUNTER)
    position = UnicodeAttribute(range_key=True)
    last = NumberAttribute()


class CatalogItem(Model):
    """What the four kinds have in common. Whoever asks first sees the starter set."""

    class Meta:
        table_name = settings.text("CATALOG_TABLE")

    KIND: ClassVar[str]
    NOUN: ClassVar[str]

    kind = UnicodeAttribute(hash_key=True)
    position = UnicodeAttribute(range_key=True)
    id = NumberAttribute()

    @classmethod
    def create(cls, fields: Mapping[str, Any]) -> Self:
        """A new item under the next id of its kind; fields are those of the kind."""
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
        try:
            return cls.get(cls.KIND, ids.position(item_id), consistent_read=True)
        except DoesNotExist:
            raise cls.not_found() from None

    @classmethod
    def after(cls, cursor: Cursor, limit: int | None = None) -> Iterator[Element[Self]]:
        """The items past the cursor by id, by one query for `limit` of them."""
        load_starter_set()
        after = cursor.after[0]
        rows = cls.query(
            cls.KIND,
            cls.position > after if after else None,
            consistent_read=True,
            page_size=limit + 1 if limit else None,
        )
        return (Element(0, row.position, row) for row in rows)

    @classmethod
    def change(cls, item_id: int, fields: Mapping[str, Any]) -> Self:
        """Replace these fields and leave the others. Raises `NotFoundError`."""
        load_starter_set()
        item = cls(cls.KIND, ids.position(item_id))
        with cls._known():
            item.update(
                [getattr(cls, name).set(value) for name, value in fields.items()],
                condition=cls.kind.exists(),
            )
        return item

    @classmethod
    def remove(cls, item_id: int) -> None:
        """Raises `NotFoundError`."""
        load_starter_set()
        with cls._known():
            cls(cls.KIND, ids.position(item_id)).delete(cls.kind.exists())

    @classmethod
    def not_found(cls) -> NotFoundError:
        return NotFoundError(f"{cls.NOUN} not found")

    @classmethod
    @contextmanager
    def _known(cls) -> Iterator[None]:
        try:
            yield
        except (DeleteError, UpdateError) as error:
            if not is_condition_failure(error):
                raise
            raise cls.not_found() from error


class Setting(CatalogItem):
    KIND, NOUN = "settings", "Setting"

    name = UnicodeAttribute()
    value = UnicodeAttribute()
    description = UnicodeAttribute()

    @classmethod
    def by_name(cls) -> dict[str, str]:
        """The values of all settings, by one query; of one name's, that of the lowest id."""
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


# Once it is there it stays there, so a warm function asks the table once.
@cache
def load_starter_set() -> None:
    """Write the starter set if this table has never had it."""
    try:
        CatalogItem.get(_MARKER, _MARKER, consistent_read=True)
    except DoesNotExist:
        write_starter_set()


def write_starter_set() -> None:
    """Write the starter set whole, unless another function was faster."""
    starter_set = json.loads(STARTER_SET.read_text("utf-8"))

    def writes(write: TransactWrite) -> None:
        marker = CatalogItem(_MARKER, _MARKER, id=0)
        write.save(marker, condition=CatalogItem.kind.does_not_exist())
        for kind in KINDS:
            rows = starter_set[kind.KIND]
            write.save(Counter(position=kind.KIND, last=len(rows)))
            for item_id, fields in enumerate(rows, start=1):
                write.save(kind.numbered(item_id, fields))

    try:
        commit(writes)
    except TransactWriteError as error:
        if not is_condition_failure(error):
            raise
