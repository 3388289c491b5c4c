"""The starter set is written once, and ids count up."""

import json
from collections import Counter
from itertools import islice
from typing import Any

import pytest
from pydantic import BaseModel

from catalog.schemas import FormatIn, PromptExampleIn, SettingIn, StyleIn
from darkroom.errors import NotFoundError
from darkroom.models import catalog
from darkroom.models.catalog import (
    KINDS,
    STARTER_SET,
    CatalogItem,
    Format,
    PromptExample,
    Setting,
    Style,
)
from darkroom.paging import Cursor

pytestmark = pytest.mark.usefixtures("tables")

START = Cursor(("",))
STARTERS = json.loads(STARTER_SET.read_text("utf-8"))
NEW = {"name": "mood", "value": "calm", "description": ""}


def ids(kind: type[CatalogItem]) -> list[int]:
    return [int(element.item.id) for element in kind.after(START)]


def forget_the_starter_set() -> None:
    """As in a new process."""
    catalog.load_starter_set.cache_clear()


def as_stored(item: CatalogItem) -> dict[str, Any]:
    fields = item.to_simple_dict()
    return {name: fields[name] for name in fields.keys() - {"kind", "position", "id"}}


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_list_contains_the_starter_set(kind: type[CatalogItem]) -> None:
    items = [element.item for element in kind.after(START)]

    assert [as_stored(item) for item in items] == STARTERS[kind.KIND]
    assert [item.id for item in items] == list(range(1, len(items) + 1))


def test_the_first_new_id_follows_the_starter_set() -> None:
    created = Setting.create(NEW)

    assert created.id == len(STARTERS["settings"]) + 1
    assert ids(Setting)[-1] == created.id


def test_the_first_call_can_read_change_or_delete_a_starter() -> None:
    assert Style.find(1).name == STARTERS["styles"][0]["name"]
    forget_the_starter_set()
    assert Format.change(1, {"width": 8}).height == STARTERS["formats"][0]["height"]
    forget_the_starter_set()
    PromptExample.remove(1)
    assert ids(PromptExample)[0] == 2


def test_deleted_starters_are_not_written_again() -> None:
    for kind in KINDS:
        for item_id in ids(kind):
            kind.remove(item_id)

    forget_the_starter_set()

    assert [ids(kind) for kind in KINDS] == [[], [], [], []]
    assert Setting.create(NEW).id == len(STARTERS["settings"]) + 1


def test_the_starter_set_is_written_once_by_concurrent_functions() -> None:
    catalog.write_starter_set()
    Setting.remove(1)
    Setting.change(2, {"value": "changed"})
    created = Setting.create(NEW)

    catalog.write_starter_set()

    assert ids(Setting)[0] == 2
    assert Setting.find(2).value == "changed"
    assert Setting.create(NEW).id == created.id + 1


def test_the_starter_set_costs_one_read_per_process(calls: Counter[str]) -> None:
    Setting.find(1)
    assert calls == {"GetItem": 2, "TransactWriteItems": 1}
    forget_the_starter_set()
    calls.clear()

    for _ in range(3):
        Setting.find(1)

    assert calls == {"GetItem": 1 + 3}


@pytest.mark.parametrize("limit", [1, 3, 8])
def test_a_page_costs_one_query(calls: Counter[str], limit: int) -> None:
    catalog.load_starter_set()
    calls.clear()

    page = list(islice(Style.after(START, limit), limit + 1))

    assert len(page) == min(limit + 1, len(STARTERS["styles"]))
    assert calls == {"Query": 1}


def test_each_kind_has_its_own_ids() -> None:
    first = [len(STARTERS[kind]) + 1 for kind in ("settings", "formats")]
    size = {"name": "Poster", "description": "", "width": 8, "height": 8}

    created = [Setting.create(NEW).id, Format.create(size).id]

    assert created == first


def test_more_than_ten_items_are_sorted_by_id() -> None:
    for _ in range(5):
        Setting.create(NEW)

    assert ids(Setting) == list(range(1, 14))


def test_the_settings_of_generation_are_found_by_name(calls: Counter[str]) -> None:
    catalog.load_starter_set()
    calls.clear()

    values = Setting.by_name()

    assert calls == {"Query": 1}
    assert values == {row["name"]: row["value"] for row in STARTERS["settings"]}
    assert set(values) == {
        "checkpoint",
        "sampler_name",
        "scheduler",
        "width",
        "height",
        "steps",
        "cfg_scale",
        "negative_prompt",
    }


def test_the_setting_with_the_lowest_id_is_used() -> None:
    first, second = (Setting.create({**NEW, "value": value}) for value in ("calm", "wild"))

    assert Setting.by_name()["mood"] == "calm"
    Setting.remove(int(first.id))
    assert Setting.by_name()["mood"] == second.value


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_item_is_not_found(kind: type[CatalogItem]) -> None:
    fields = STARTERS[kind.KIND][0]

    for call in (kind.find, kind.remove, lambda item_id: kind.change(item_id, fields)):
        with pytest.raises(NotFoundError, match=f"{kind.NOUN} not found"):
            call(99)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (Setting, SettingIn),
        (Style, StyleIn),
        (Format, FormatIn),
        (PromptExample, PromptExampleIn),
    ],
)
def test_starters_are_valid_bodies_of_the_catalog(
    kind: type[CatalogItem], body: type[BaseModel]
) -> None:
    rows = STARTERS[kind.KIND]

    assert [body.model_validate(row).model_dump() for row in rows] == rows


def test_starter_styles_contain_the_prompt_once() -> None:
    assert all(row["prompt_template"].count("{prompt}") == 1 for row in STARTERS["styles"])
