"""What tests of the gallery say again and again."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import httpx2
import pytest

from local.settings import Settings
from local.stack import client
from tests.support.images import picture

T = TypeVar("T")

PASSWORD = "securepassword123"


@dataclass(frozen=True)
class Person:
    """A registered user with a token."""

    api: httpx2.Client
    username: str
    user_id: int
    token: str

    def request(self, method: str, path: str, **options: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return self.api.request(method, path, headers=headers, **options)

    def get(self, path: str, **options: Any) -> httpx2.Response:
        return self.request("GET", path, **options)

    def delete(self, path: str) -> httpx2.Response:
        return self.request("DELETE", path)

    def post_image(self, content: bytes | None = None, **options: Any) -> httpx2.Response:
        options.setdefault("files", {"file": ("image.jpg", content or picture(), "image/jpeg")})
        return self.request("POST", "/images/upload", **options)

    def upload(self, **data: str) -> dict[str, Any]:
        answer = self.post_image(data=data)
        assert answer.status_code == 201, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def share(self, image_id: int, username: str) -> httpx2.Response:
        body = {"shared_with_username": username}
        return self.request("POST", f"/sharing/share/{image_id}", json=body)

    def unshare(self, image_id: int, user_id: int) -> httpx2.Response:
        return self.delete(f"/sharing/unshare/{image_id}/{user_id}")

    def my_images(self) -> list[dict[str, Any]]:
        images: list[dict[str, Any]] = self.get("/images/my-images").json()
        return images

    def shared_with_me(self) -> list[dict[str, Any]]:
        shares: list[dict[str, Any]] = self.get("/sharing/shared-with-me").json()
        return shares

    def shared_by_me(self) -> list[dict[str, Any]]:
        shares: list[dict[str, Any]] = self.get("/sharing/shared-by-me").json()
        return shares


def new_name() -> str:
    return f"person_{uuid.uuid4().hex[:12]}"


def account(username: str, **changes: Any) -> dict[str, Any]:
    return {
        "username": username,
        "email": f"{username}@example.com",
        "password": PASSWORD,
        **changes,
    }


def register(api: httpx2.Client, username: str, **changes: Any) -> httpx2.Response:
    return api.post("/auth/register", json=account(username, **changes))


def log_in(api: httpx2.Client, username: str, password: str = PASSWORD) -> httpx2.Response:
    return api.post("/auth/login", data={"username": username, "password": password})


def new_person(api: httpx2.Client) -> Person:
    username = new_name()
    registered = register(api, username)
    assert registered.status_code == 201, registered.text
    token = log_in(api, username).json()["access_token"]
    return Person(api, username, registered.json()["user_id"], token)


def granted(settings: Settings | None, person: Person, group: str) -> Person:
    """The person with a token that says he is of that group of the user pool."""
    if settings is None:
        pytest.skip("needs the right to change the user pool")
    cognito = client(settings, "cognito-idp")
    (pool,) = cognito.list_user_pools(MaxResults=10)["UserPools"]
    with suppress(cognito.exceptions.GroupExistsException):
        cognito.create_group(UserPoolId=pool["Id"], GroupName=group)
    cognito.admin_add_user_to_group(
        UserPoolId=pool["Id"], GroupName=group, Username=person.username
    )
    return replace(person, token=log_in(person.api, person.username).json()["access_token"])


def share_against_delete(john: Person, jane: Person) -> None:
    """Share an image and delete it at the same time: it is never seen again."""
    image_id = john.upload()["image_id"]
    with ThreadPoolExecutor(2) as pool:
        shared = pool.submit(john.share, image_id, jane.username)
        deleted = pool.submit(john.delete, f"/images/{image_id}")

    assert shared.result().status_code in (200, 404)
    assert deleted.result().status_code == 204
    assert jane.shared_with_me() == []
    assert jane.get(f"/images/{image_id}").status_code == 404


def fifty_at_once(act: Callable[[], T]) -> Counter[T]:
    """What fifty threads got that began together."""
    begin = threading.Barrier(50)

    def one(_: int) -> T:
        begin.wait()
        return act()

    with ThreadPoolExecutor(begin.parties) as pool:
        return Counter(pool.map(one, range(begin.parties)))
