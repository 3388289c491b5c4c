"""The catalog: five operations on each of four resources, and the ambiguous points."""

import json
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from tests.support.stories import read_pages, without_stage

JSON = {"Content-Type": "application/json"}
TEXT_LENGTH = 10_000


@dataclass(frozen=True)
class Resource:
    """One of the four resources: an item without its id, the optional field, and a change."""

    name: str
    noun: str
    item: dict[str, Any]
    optional: str
    change: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/api/images/{self.name}"

    @property
    def required(self) -> dict[str, Any]:
        return {name: value for name, value in self.item.items() if name != self.optional}


SETTINGS = Resource(
    "settings",
    "Setting",
    {"name": "mood", "value": "calm", "description": "How the picture feels."},
    "description",
    {"value": "wild"},
)
STYLES = Resource(
    "styles",
    "Style",
    {"name": "Pencil", "description": "Soft lead.", "prompt_template": "pencil, {prompt}"},
    "description",
    {"prompt_template": "{prompt}, graphite"},
)
FORMATS = Resource(
    "formats",
    "Format",
    {"name": "Poster", "description": "For walls.", "width": 600, "height": 800},
    "description",
    {"width": 640},
)
EXAMPLES = Resource(
    "prompt_examples",
    "Example",
    {"title": "A boat", "prompt": "a boat\n\tin the fog 🌫", "category": "Sea"},
    "category",
    {"category": "Weather"},
)
RESOURCES = [SETTINGS, STYLES, FORMATS, EXAMPLES]

each_resource = pytest.mark.parametrize("resource", RESOURCES, ids=lambda r: r.name)


def create(api: httpx2.Client, resource: Resource, **changes: Any) -> dict[str, Any]:
    response = api.post(resource.path, json={**resource.item, **changes})
    assert response.status_code == 201, response.text
    item: dict[str, Any] = response.json()
    return item


def post(api: httpx2.Client, resource: Resource, body: str, **headers: str) -> httpx2.Response:
    return api.post(resource.path, content=body.encode(), headers=headers or JSON)


def assert_error(response: httpx2.Response, status: int, message: str) -> str:
    """Check status and envelope, and return the description of the error."""
    assert response.status_code == status, response.text
    body = response.json()
    error, suggestion = body["details"].pop("error"), body["details"].pop("suggestion")
    assert body == {"status": "error", "message": message, "details": {}}
    assert error
    assert suggestion
    return str(error)


def assert_invalid(response: httpx2.Response) -> str:
    return assert_error(response, 400, "Invalid request data")


@each_resource
class TestEveryResource:
    @pytest.mark.point(
        "G-3", "G-8", "G-13", "G-18", "G-4", "G-9", "G-14", "G-19", "G-5", "G-10", "G-15", "G-20"
    )
    def test_a_created_item_is_returned_and_listed(
        self, api: httpx2.Client, resource: Resource
    ) -> None:
        created = create(api, resource)

        assert type(created["id"]) is int
        assert created == {"id": created["id"], **resource.item}
        assert api.get(f"{resource.path}/{created['id']}").json() == created
        assert created in api.get(resource.path).json()

    @pytest.mark.point("G-6", "G-11", "G-16", "G-21", "G9")
    def test_a_change_keeps_the_other_fields(self, api: httpx2.Client, resource: Resource) -> None:
        created = create(api, resource)
        path = f"{resource.path}/{created['id']}"

        response = api.put(path, json=resource.change)

        assert response.status_code == 200
        assert response.json() == {**created, **resource.change} == api.get(path).json()
        complete = api.put(path, json=resource.item)
        assert (complete.status_code, complete.json()) == (200, created)

    @pytest.mark.point("G-7", "G-12", "G-17", "G-22", "G8", "G13")
    def test_a_deleted_item_returns_404(self, api: httpx2.Client, resource: Resource) -> None:
        path = f"{resource.path}/{create(api, resource)['id']}"

        response = api.delete(path)

        assert (response.status_code, response.json()) == (200, {"status": "success"})
        for later in (api.delete(path), api.get(path), api.put(path, json=resource.change)):
            assert_error(later, 404, f"{resource.noun} not found")

    @pytest.mark.point("G16")
    def test_an_id_is_never_reused(self, api: httpx2.Client, resource: Resource) -> None:
        first, second = (create(api, resource)["id"] for _ in range(2))
        api.delete(f"{resource.path}/{second}")

        third = create(api, resource)["id"]

        assert first < second < third

    @pytest.mark.point("G10")
    def test_the_error_names_every_missing_field(
        self, api: httpx2.Client, resource: Resource
    ) -> None:
        error = assert_invalid(api.post(resource.path, json={}))

        assert [part.split(":")[0] for part in error.split("; ")] == list(resource.required)

    @pytest.mark.point("G10")
    def test_a_missing_optional_field_is_empty(
        self, api: httpx2.Client, resource: Resource
    ) -> None:
        response = api.post(resource.path, json=resource.required)

        assert response.status_code == 201
        assert response.json() == {
            "id": response.json()["id"],
            **resource.item,
            resource.optional: "",
        }

    @pytest.mark.point("G9")
    def test_a_change_without_new_values_is_rejected(
        self, api: httpx2.Client, resource: Resource
    ) -> None:
        path = f"{resource.path}/{create(api, resource)['id']}"
        bodies: list[Any] = [{}, {"id": 7, "colour": "red"}, [], dict.fromkeys(resource.change)]

        for body in bodies:
            assert_invalid(api.put(path, json=body))

    @pytest.mark.point("X17", "G16")
    def test_a_list_is_ordered_by_id_and_paged(
        self, api: httpx2.Client, resource: Resource
    ) -> None:
        for _ in range(3):
            create(api, resource)

        complete = api.get(resource.path)
        pages = read_pages(api, f"{resource.path}?limit=5")

        assert complete.status_code == 200
        assert "Link" not in complete.headers
        ids = [item["id"] for item in complete.json()]
        assert ids == sorted(set(ids))
        assert [item for page in pages for item in page] == complete.json()
        assert {len(page) for page in pages[:-1]} <= {5}

    @pytest.mark.safe
    @pytest.mark.point("X9", "G8")
    def test_an_invalid_or_unknown_id_returns_404(
        self, api: httpx2.Client, resource: Resource
    ) -> None:
        for item_id in ("abc", "-1", "0", "1.0", "9" * 16, "9" * 23, "9" * 60, "%D9%A1"):
            response = api.get(f"{resource.path}/{item_id}")
            assert_error(response, 404, f"{resource.noun} not found")

    @pytest.mark.point("X1", "G20")
    def test_unknown_routes_and_methods_return_the_envelope(
        self, api: httpx2.Client, resource: Resource
    ) -> None:
        assert_error(api.get(f"{resource.path}/1/2"), 404, "Not Found")
        assert_error(api.delete(resource.path), 405, "Method Not Allowed")
        assert_error(api.post(f"{resource.path}/1", json={}), 405, "Method Not Allowed")


class TestStrictValidation:
    @pytest.mark.point("X10", "X12")
    @pytest.mark.parametrize("body", ["", "null", "[]", '"x"', "7", "{", "[" * 5000, "1" * 5000])
    def test_a_body_that_is_not_a_json_object_is_rejected(
        self, api: httpx2.Client, body: str
    ) -> None:
        assert "body" in assert_invalid(post(api, SETTINGS, body))

    @pytest.mark.point("X12")
    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
    def test_a_wrong_content_type_is_rejected(self, api: httpx2.Client, kind: str) -> None:
        body = json.dumps(SETTINGS.item)

        assert_invalid(post(api, SETTINGS, body, **{"Content-Type": kind}))

    @pytest.mark.point("X12")
    def test_a_missing_content_type_is_accepted(self, api: httpx2.Client) -> None:
        response = api.post(SETTINGS.path, content=json.dumps(SETTINGS.item).encode())

        assert "Content-Type" not in response.request.headers
        assert response.status_code == 201

    @pytest.mark.point("X12", "G10")
    @pytest.mark.parametrize("width", ['"600"', "true", "null", "600.5", "NaN", "1e400", "[600]"])
    def test_a_size_that_is_not_an_integer_is_rejected(
        self, api: httpx2.Client, width: str
    ) -> None:
        body = f'{{"name": "Poster", "width": {width}, "height": 800}}'

        assert assert_invalid(post(api, FORMATS, body)).startswith("width: ")

    @pytest.mark.point("G10")
    @pytest.mark.parametrize("height", ["0", "-8", "65536", "1e300", "9" * 60])
    def test_a_size_out_of_range_is_rejected(self, api: httpx2.Client, height: str) -> None:
        body = f'{{"name": "Poster", "width": 600, "height": {height}}}'

        assert assert_invalid(post(api, FORMATS, body)).startswith("height: ")

    @pytest.mark.point("X8")
    def test_an_integer_may_be_written_as_a_float(self, api: httpx2.Client) -> None:
        response = post(api, FORMATS, '{"name": "Poster", "width": 600.0, "height": 8e2}')

        assert response.status_code == 201
        sizes = response.json()["width"], response.json()["height"]
        assert sizes == (600, 800)
        assert {type(size) for size in sizes} == {int}

    @pytest.mark.point("X12", "G10")
    @pytest.mark.parametrize("value", ["7", "7.0", "true", "null", "[]", "{}", r'"\ud800"'])
    def test_a_text_that_is_not_a_string_is_rejected(self, api: httpx2.Client, value: str) -> None:
        response = post(api, SETTINGS, f'{{"name": "mood", "value": {value}}}')

        assert assert_invalid(response).startswith("value: ")

    @pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x85"])
    def test_a_text_with_control_characters_is_rejected(
        self, api: httpx2.Client, character: str
    ) -> None:
        response = api.post(SETTINGS.path, json={**SETTINGS.item, "value": f"a{character}b"})

        assert assert_invalid(response).startswith("value: ")

    @pytest.mark.parametrize("blank", ["", " ", "\n\t "])
    def test_a_blank_name_title_or_prompt_is_rejected(self, api: httpx2.Client, blank: str) -> None:
        for resource, field in (
            (SETTINGS, "name"),
            (STYLES, "prompt_template"),
            (EXAMPLES, "title"),
            (EXAMPLES, "prompt"),
        ):
            response = api.post(resource.path, json={**resource.item, field: blank})
            assert assert_invalid(response).startswith(f"{field}: ")

    def test_the_value_of_a_setting_may_be_empty(self, api: httpx2.Client) -> None:
        assert create(api, SETTINGS, value="")["value"] == ""

    @pytest.mark.parametrize(
        ("resource", "field", "length"),
        [
            (SETTINGS, "name", 200),
            (SETTINGS, "value", TEXT_LENGTH),
            (STYLES, "prompt_template", TEXT_LENGTH),
            (FORMATS, "description", TEXT_LENGTH),
            (EXAMPLES, "title", 200),
            (EXAMPLES, "prompt", TEXT_LENGTH),
            (EXAMPLES, "category", 100),
        ],
    )
    def test_a_text_has_a_maximum_length(
        self, api: httpx2.Client, resource: Resource, field: str, length: int
    ) -> None:
        longest = "🌲" * length

        item = create(api, resource, **{field: longest})
        response = api.post(resource.path, json={**resource.item, field: longest + "🌲"})
        api.delete(f"{resource.path}/{item['id']}")

        assert item[field] == longest
        assert assert_invalid(response).startswith(f"{field}: ")

    @pytest.mark.point("X11")
    def test_an_error_does_not_repeat_the_rejected_value(self, api: httpx2.Client) -> None:
        response = api.post(FORMATS.path, json={**FORMATS.item, "width": "marked"})

        assert_invalid(response)
        assert "marked" not in response.text

    def test_the_error_names_every_invalid_field(self, api: httpx2.Client) -> None:
        error = assert_invalid(api.post(FORMATS.path, json={"name": 7, "width": 0}))

        assert [part.split(":")[0] for part in error.split("; ")] == ["name", "width", "height"]

    def test_the_body_is_checked_before_the_item(self, api: httpx2.Client) -> None:
        assert_invalid(api.put(f"{SETTINGS.path}/{'9' * 15}", json={"value": 7}))


class TestLenientValidation:
    @pytest.mark.point("G12")
    def test_unknown_keys_and_ids_in_a_body_are_ignored(self, api: httpx2.Client) -> None:
        first = create(api, FORMATS, id=1, colour="red")
        second = create(api, FORMATS, id="x", **{"id ": None})
        changed = api.put(f"{FORMATS.path}/{second['id']}", json={"id": first["id"], "width": 8})

        assert first == {"id": first["id"], **FORMATS.item}
        assert 1 < first["id"] < second["id"]
        assert changed.json() == {**second, "width": 8}

    @pytest.mark.point("G11")
    def test_names_need_not_be_unique(self, api: httpx2.Client) -> None:
        first, second = (create(api, STYLES) for _ in range(2))

        assert first["id"] != second["id"]
        assert {**first, "id": 0} == {**second, "id": 0}

    def test_texts_are_stored_unchanged(self, api: httpx2.Client) -> None:
        text = '  {prompt} {0} %s <b>"ÅÅ"</b>\r\n\u202e\u200b  '

        assert create(api, STYLES, prompt_template=text)["prompt_template"] == text

    @pytest.mark.point("X3")
    def test_a_trailing_slash_makes_no_difference(self, api: httpx2.Client) -> None:
        response = api.post(f"{STYLES.path}/", json=STYLES.item)

        assert response.status_code == 201
        assert api.delete(f"{STYLES.path}/{response.json()['id']}/").status_code == 200


class TestPaging:
    @pytest.mark.safe
    @pytest.mark.point("X10", "X17")
    @pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "cursor=x", "cursor="])
    def test_an_invalid_limit_or_cursor_is_rejected(self, api: httpx2.Client, query: str) -> None:
        assert assert_invalid(api.get(f"{STYLES.path}?{query}")).startswith(query.split("=")[0])

    @pytest.mark.point("X17")
    def test_the_cursor_of_another_list_is_rejected(self, api: httpx2.Client) -> None:
        for _ in range(2):
            create(api, STYLES)
        link = without_stage(api.get(f"{STYLES.path}?limit=1").links["next"]["url"])

        assert api.get(link).status_code == 200
        assert_invalid(api.get(link.replace(STYLES.path, SETTINGS.path)))
