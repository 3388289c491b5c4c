"""The twenty calls of the catalog: five on each of four resources, which differ in fields alone."""

import re

from fastapi import Response
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
from darkroom.web.guarded import GuardedRoute
from darkroom.web.hardened import ASK_FOR_ADMINISTRATOR, ASK_FOR_TOKEN
from darkroom.web.idempotency import KEYED
from darkroom.web.openapi_responses import refusals
from darkroom.web.pages import AskedPage
from darkroom.web.routers import group_router

_ID = re.compile(r"[1-9][0-9]{0,15}")


router = group_router(
    prefix="/api/images",
    tags=["catalog"],
    dependencies=[ASK_FOR_TOKEN],
    route_class=GuardedRoute,
)


def add_resource(
    model: type[CatalogItem], body_in: type[BaseModel], body_out: type[Numbered]
) -> None:
    """The five calls of one resource, at the path that its kind names."""
    _add_collection(model, body_in, body_out)
    _add_item(model, changes_of(body_in), body_out)


def _add_collection(
    model: type[CatalogItem],
    body_in: type[BaseModel],
    body_out: type[Numbered],
) -> None:
    path = f"/{model.KIND}"

    @router.get(path, response_model=list[body_out], name=f"list_{model.KIND}")  # type: ignore[valid-type]
    async def list_items(page: AskedPage) -> Response:
        return page.of(model.KIND, model.after, as_json)

    @router.post(
        path,
        response_model=body_out,
        status_code=201,
        name=f"create_{_one(model)}",
        dependencies=[ASK_FOR_ADMINISTRATOR, KEYED],
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
    path, one = f"/{model.KIND}/{{item_id}}", _one(model)
    unknown = refusals({404: model.not_found().message})

    @router.get(path, response_model=body_out, name=f"get_{one}", responses=unknown)
    async def get_item(item_id: str) -> BaseModel:
        return body_out.model_validate(model.find(_known(model, item_id)))

    @router.put(
        path,
        response_model=body_out,
        name=f"update_{one}",
        dependencies=[ASK_FOR_ADMINISTRATOR],
        responses=unknown,
    )
    async def update_item(item_id: str, body: changes) -> BaseModel:  # type: ignore[valid-type]
        """What the body does not name stays as it is."""
        item = model.change(_known(model, item_id), present(body))
        return body_out.model_validate(item)

    @router.delete(
        path,
        name=f"delete_{one}",
        dependencies=[ASK_FOR_ADMINISTRATOR],
        responses=unknown,
    )
    async def delete_item(item_id: str) -> Deleted:
        model.remove(_known(model, item_id))
        return Deleted()


def _one(model: type[CatalogItem]) -> str:
    return model.KIND.removesuffix("s")


def _known(model: type[CatalogItem], item_id: str) -> int:
    """The id in a path. Raises `NotFoundError` for what no item ever had."""
    if not _ID.fullmatch(item_id):
        raise model.not_found()
    return int(item_id)


add_resource(Setting, SettingIn, SettingOut)
add_resource(Style, StyleIn, StyleOut)
add_resource(Format, FormatIn, FormatOut)
add_resource(PromptExample, PromptExampleIn, PromptExampleOut)
