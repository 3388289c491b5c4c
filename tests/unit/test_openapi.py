"""The OpenAPI document describes exactly the existing routes, with the bodies that they return."""

import importlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from ops import template
from ops.template import ROOT
from tests.support.gateway import routes
from tests.support.generated_files import output_of

Json = dict[str, Any]

DOCUMENT: Json = json.loads((ROOT / "functions" / "home" / "openapi.json").read_text())
SCHEMAS: Json = DOCUMENT["components"]["schemas"]
EVENTS = routes()
# Routes that reserve these names, which are not ids. They are not documented.
RESERVED = {
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
ERROR_RESPONSES = {
    f"{name} {status}": response["content"]["application/json"]
    for name, operation in OPERATIONS.items()
    for status, response in operation["responses"].items()
    if status >= "400"
}


def resource_of(path: str) -> str:
    """The gateway's resource that matches a path."""
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
    resolvable = {**schema, "components": DOCUMENT["components"]}
    return bool(OAS31Validator(resolvable).is_valid(value))


def test_the_document_is_generated_from_the_groups() -> None:
    assert json.loads(output_of("ops.openapi")) == DOCUMENT, "run make openapi"


def test_the_document_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


@pytest.mark.parametrize("package", PACKAGES)
def test_routes_and_documented_operations_are_the_same(package: str) -> None:
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
    assert routed - RESERVED - pages == documented


@pytest.mark.parametrize("path", DOCUMENT["paths"])
def test_the_gateway_routes_every_path_to_its_group(path: str) -> None:
    package = package_of(resource_of(path))

    for operation in DOCUMENT["paths"][path].values():
        assert operation["operationId"].startswith(f"{package}_")


def test_every_gateway_resource_is_documented() -> None:
    documented = {resource_of(path) for path in DOCUMENT["paths"]}

    # This one returns generation's 404 for paths that no group has.
    assert {route.resource for route in EVENTS} - documented == {"/api/images"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_require_tokens_exactly_where_the_gateway_does(name: str) -> None:
    path = next(path for _, path, operation in operations() if operation["operationId"] == name)
    authorizer = next(r.authorizer for r in EVENTS if r.resource == resource_of(path))
    security = OPERATIONS[name]["security"]

    assert (security == [{"login": []}, {"token": []}]) == bool(authorizer)
    assert authorizer or not security or {} in security


def test_every_operation_has_a_unique_id() -> None:
    ids = Counter(operation["operationId"] for _, _, operation in operations())

    assert [name for name, uses in ids.items() if uses > 1] == []
    assert all(re.fullmatch(r"[a-z][a-z0-9_]+", name) for name in ids)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_a_summary_and_one_described_tag(name: str) -> None:
    described = {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}
    operation = OPERATIONS[name]

    assert operation["summary"]
    assert len(operation["tags"]) == 1
    assert set(operation["tags"]) <= described


def test_stories_v2_have_the_tag_of_their_contract() -> None:
    tagged = [name for name, operation in OPERATIONS.items() if operation["tags"] == ["images-v2"]]

    # Six of the contract and two of direct uploads.
    assert len(tagged) == 8
    assert all(name.startswith("stories_v2_") for name in tagged)


def test_only_the_legacy_operation_is_deprecated() -> None:
    deprecated = [path for _, path, operation in operations() if operation.get("deprecated")]

    assert deprecated == ["/api/v1/posts/{post_id}/generate_images"]


def test_the_document_contains_only_relative_urls() -> None:
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
def test_the_errors_of_a_group_have_its_envelope(package: str, envelope: str) -> None:
    schemas_of = {
        name: set(re.findall(r"schemas/(\w+)", json.dumps(content["schema"])))
        for name, content in ERROR_RESPONSES.items()
        if name.startswith(f"{package}_")
    }

    for name, schemas in schemas_of.items():
        expected = "GalleryInvalid" if name.endswith("422") else envelope
        assert schemas - {"GatewayError"} == {expected}, name


def test_only_the_gallery_documents_422() -> None:
    packages = {OPERATIONS[name.split()[0]]["tags"][0] for name in ERROR_RESPONSES if "422" in name}

    assert packages == {"auth", "gallery", "sharing"}


@pytest.mark.parametrize("name", ERROR_RESPONSES)
def test_the_example_of_an_error_response_is_valid(name: str) -> None:
    content = ERROR_RESPONSES[name]

    assert "example" not in content or valid(content["schema"], content["example"])


@pytest.mark.parametrize("name", sorted(set(SCHEMAS) - set(EXAMPLES)))
def test_only_nested_schemas_and_file_forms_lack_an_example(name: str) -> None:
    nested = {"GalleryFinding", "GenerationErrorDetails", "UploadImageForm"}
    assert name in nested or name.endswith(("FileIn", "FormOut"))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_of_a_body_is_valid(name: str) -> None:
    assert all(valid(SCHEMAS[name], example) for example in EXAMPLES[name])


@pytest.mark.parametrize("name", ["StoriesV2StoryUploaded", "GalleryImageOut", "PublicationsError"])
def test_the_schemas_of_responses_are_strict(name: str) -> None:
    example = EXAMPLES[name][0]

    assert not valid(SCHEMAS[name], {**example, "more": 1})
    assert not valid(SCHEMAS[name], dict(list(example.items())[1:]))
