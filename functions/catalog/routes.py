"""The catalog's routes: five for each of four resources, which differ only in their fields."""

import re
from typing import Annotated

from fastapi import Path, Response
from pydantic import BaseModel

from catalog.schemas import (
    Changes,
    Deleted,
    FormatIn,
    FormatOut,
    Numbered,
    PromptExampleIn,
    PromptExampleOut,
    SettingIn,
    SettingOut,
    StyleIn,
    StyleOut,
    changes_of,
    present,
)
from darkroom.models.catalog import CatalogItem, Format, PromptExample, Setting, Style
from darkroom.paging import Element
from darkroom.web.hardened import REQUIRE_ADMINISTRATOR, REQUIRE_TOKEN, verified_caller_id
from darkroom.web.idempotency import IDEMPOTENT, idempotent_route
from darkroom.web.openapi_responses import error_responses
from darkroom.web.pages import RequestedPage
from darkroom.web.routers import group_router

_ID = re.compile(r"[1-9][0-9]{0,15}")


router = group_router(
    prefix="/api/images",
    tags=["catalog"],
    dependencies=[REQUIRE_TOKEN],
    route_class=idempotent_route(verified_caller_id),
)


def add_resource(
    model: type[CatalogItem], body_in: type[BaseModel], body_out: type[Numbered]
) -> None:
    """Add the five routes of one resource, at the path of its kind."""
    _add_collection(model, body_in, body_out)
    _add_item(model, changes_of(body_in), body_out)


def _add_collection(
    model: type[CatalogItem],
    body_in: type[BaseModel],
    body_out: type[Numbered],
) -> None:
    path = f"/{model.KIND}"

    @router.get(path, response_model=list[body_out], name=f"list_{model.KIND}")  # type: ignore[valid-type]
    async def list_items(page: RequestedPage) -> Response:
        return page.of(model.KIND, model.after, as_json)

    @router.post(
        path,
        response_model=body_out,
        status_code=201,
        name=f"create_{_one(model)}",
        dependencies=[REQUIRE_ADMINISTRATOR, IDEMPOTENT],
    )
    async def create_item(body: body_in) -> BaseModel:  # type: ignore[valid-type]
        return body_out.model_validate(model.create(dict(body)))

    def as_json(element: Element[CatalogItem]) -> list[bytes]:
        return [body_out.model_validate(element.item).model_dump_json().encode()]


def _add_item(
    model: type[CatalogItem],
    changes: type[Changes],
    body_out: type[Numbered],
) -> None:
    one, parameter = _one(model), f"{_one(model).removeprefix('prompt_')}_id"
    path, item_in_path = f"/{model.KIND}/{{{parameter}}}", Path(alias=parameter)
    Id = Annotated[str, item_in_path]
    not_found = error_responses({404: model.not_found().message})

    @router.get(path, response_model=body_out, name=f"get_{one}", responses=not_found)
    async def get_item(item_id: Id) -> BaseModel:
        return body_out.model_validate(model.find(_item_id(model, item_id)))

    @router.put(
        path,
        response_model=body_out,
        name=f"update_{one}",
        dependencies=[REQUIRE_ADMINISTRATOR],
        responses=not_found,
    )
    async def update_item(item_id: Id, body: changes) -> BaseModel:  # type: ignore[valid-type]
        """Fields that the body omits keep their values."""
        item = model.change(_item_id(model, item_id), present(body))
        return body_out.model_validate(item)

    @router.delete(
        path,
        name=f"delete_{one}",
        dependencies=[REQUIRE_ADMINISTRATOR],
        responses=not_found,
    )
    async def delete_item(item_id: Id) -> Deleted:
        model.remove(_item_id(model, item_id))
        return Deleted()


def _one(model: type[CatalogItem]) -> str:
    return model.KIND.removesuffix("s")


def _item_id(model: type[CatalogItem], text: str) -> int:
    """The id in a path. Raises `NotFoundError` for text that is not an id."""
    if not _ID.fullmatch(text):
        raise model.not_found()
    return int(text)


add_resource(Setting, SettingIn, SettingOut)
add_resource(Style, StyleIn, StyleOut)
add_resource(Format, FormatIn, FormatOut)
add_resource(PromptExample, PromptExampleIn, PromptExampleOut)
