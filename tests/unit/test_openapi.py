"""The API's document tells of every route there is, and of no other, in the bodies they have."""

import importlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.support import template
from tests.support.gateway import routes
from tests.support.template import ROOT

Json = dict[str, Any]

DOCUMENT: Json = json.loads((ROOT / "functions" / "home" / "openapi.json").read_text())
SCHEMAS: Json = DOCUMENT["components"]["schemas"]
EVENTS = routes()
# They keep `upload` from being taken for an id, and are no calls.
REFUSED = {
    ("GET", f"{prefix}/{name}")
    for prefix in ("/api/v1/images", "/api/v2/images", "/images")
    for name in ("upload", "uploads")
}


def operations() -> Iterator[tuple[str, str, Json]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


OPERATIONS = {operation["operationId"]: operation for _, _, operation in operations()}
EXAMPLES = {name: schema["examples"] for name, schema in SCHEMAS.items() if "examples" in schema}
REFUSALS = {
    f"{name} {status}": response["content"]["application/json"]
    for name, operation in OPERATIONS.items()
    for status, response in operation["responses"].items()
    if status >= "400"
}


def resource_of(path: str) -> str:
    """The resource of the gateway that takes a path."""
    return next(
        route.resource
        for route in EVENTS
        if re.fullmatch(re.escape(route.resource).replace(r"\{proxy\+\}", ".+"), path)
    )


def package_of(resource: str) -> str:
    function = next(route.function for route in EVENTS if route.resource == resource)
    return str(template.functions()[function]["Handler"].split(".")[0])


PACKAGES = sorted({package_of(route.resource) for route in EVENTS})


def valid(schema: Json, value: Any) -> bool:
    whole = {**schema, "components": DOCUMENT["components"]}
    return bool(OAS31Validator(whole).is_valid(value))


def test_the_document_is_what_the_groups_say_of_themselves() -> None:
    outcome = subprocess.run(
        [sys.executable, "-W", "error", "-m", "ops.openapi"],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([f"{ROOT}/functions", f"{ROOT}/layers/darkroom"]),
        },
        cwd=ROOT,
        capture_output=True,
        check=True,
    )

    assert json.loads(outcome.stdout) == DOCUMENT, "make openapi writes it anew"


def test_the_document_keeps_to_openapi() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_route_is_documented_and_every_documented_call_is_routed(package: str) -> None:
    app = importlib.import_module(f"{package}.app").app
    routed = {
        (method, str(route.path_format))
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
    }
    documented = {
        (method, path)
        for method, path, operation in operations()
        if operation["operationId"].startswith(f"{package}_")
    }

    pages = {call for call in routed if call[1].startswith("/studio")}
    assert routed - REFUSED - pages == documented


@pytest.mark.parametrize("path", DOCUMENT["paths"])
def test_the_gateway_leads_every_path_to_its_group(path: str) -> None:
    package = package_of(resource_of(path))

    for operation in DOCUMENT["paths"][path].values():
        assert operation["operationId"].startswith(f"{package}_")


def test_the_gateway_leads_nowhere_that_is_not_documented() -> None:
    reached = {resource_of(path) for path in DOCUMENT["paths"]}

    # What no group owns below it is 404 in generation's own words.
    assert {route.resource for route in EVENTS} - reached == {"/api/images"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_token_is_asked_for_where_the_gateway_does(name: str) -> None:
    path = next(path for _, path, operation in operations() if operation["operationId"] == name)
    authorizer = next(r.authorizer for r in EVENTS if r.resource == resource_of(path))
    security = OPERATIONS[name]["security"]

    assert (security == [{"login": []}, {"token": []}]) == bool(authorizer)
    assert authorizer or not security or {} in security


def test_every_call_has_a_name_of_its_own() -> None:
    names = Counter(operation["operationId"] for _, _, operation in operations())

    assert [name for name, uses in names.items() if uses > 1] == []
    assert all(re.fullmatch(r"[a-z][a-z0-9_]+", name) for name in names)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_call_says_what_it_does_and_belongs_to_a_described_tag(name: str) -> None:
    described = {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}
    operation = OPERATIONS[name]

    assert operation["summary"]
    assert len(operation["tags"]) == 1
    assert set(operation["tags"]) <= described


def test_stories_v2_have_the_tag_of_their_contract() -> None:
    tagged = [name for name, operation in OPERATIONS.items() if operation["tags"] == ["images-v2"]]

    # The contract's six, and the two of a direct upload.
    assert len(tagged) == 8
    assert all(name.startswith("stories_v2_") for name in tagged)


def test_only_the_legacy_call_is_deprecated() -> None:
    deprecated = [path for _, path, operation in operations() if operation.get("deprecated")]

    assert deprecated == ["/api/v1/posts/{post_id}/generate_images"]


def test_the_document_is_right_wherever_it_is_served() -> None:
    schemes = DOCUMENT["components"]["securitySchemes"]

    assert DOCUMENT["info"]["version"] == "1.0.0"
    assert [server["url"] for server in DOCUMENT["servers"]] == ["./"]
    assert schemes["login"]["flows"]["password"]["tokenUrl"] == "auth/login"
    assert schemes["token"]["scheme"] == "bearer"


@pytest.mark.parametrize(
    ("package", "envelope"),
    [
        ("stories_v1", "StoriesError"),
        ("stories_v2", "StoriesError"),
        ("home", "StoriesError"),
        ("auth", "GalleryError"),
        ("gallery", "GalleryError"),
        ("sharing", "GalleryError"),
        ("publications", "PublicationsError"),
        ("catalog", "GenerationError"),
        ("generation", "GenerationError"),
        ("comfyui_host", "GenerationError"),
    ],
)
def test_a_group_refuses_in_its_envelope(package: str, envelope: str) -> None:
    refusals = {
        name: set(re.findall(r"schemas/(\w+)", json.dumps(content["schema"])))
        for name, content in REFUSALS.items()
        if name.startswith(f"{package}_")
    }

    for name, schemas in refusals.items():
        expected = "GalleryInvalid" if name.endswith("422") else envelope
        assert schemas - {"GatewayError"} == {expected}, name


def test_only_the_gallery_documents_422() -> None:
    packages = {OPERATIONS[name.split()[0]]["tags"][0] for name in REFUSALS if "422" in name}

    assert packages == {"auth", "gallery", "sharing"}


@pytest.mark.parametrize("name", REFUSALS)
def test_the_example_of_a_refusal_is_one(name: str) -> None:
    content = REFUSALS[name]

    assert "example" not in content or valid(content["schema"], content["example"])


@pytest.mark.parametrize("name", sorted(set(SCHEMAS) - set(EXAMPLES)))
def test_only_parts_and_forms_of_files_go_without_an_example(name: str) -> None:
    parts = {"GalleryFinding", "GenerationErrorDetails", "UploadImageForm"}
    assert name in parts or name.endswith(("FileIn", "FormOut"))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_of_a_body_is_one(name: str) -> None:
    assert all(valid(SCHEMAS[name], example) for example in EXAMPLES[name])


@pytest.mark.parametrize("name", ["StoriesV2StoryUploaded", "GalleryImageOut", "PublicationsError"])
def test_the_bodies_of_answers_are_closed(name: str) -> None:
    example = EXAMPLES[name][0]

    assert not valid(SCHEMAS[name], {**example, "more": 1})
    assert not valid(SCHEMAS[name], dict(list(example.items())[1:]))
