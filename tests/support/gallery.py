"""Users of the gallery, and their requests."""

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
class User:
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
        response = self.post_image(data=data)
        assert response.status_code == 201, response.text
        body: dict[str, Any] = response.json()
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
    return f"user_{uuid.uuid4().hex[:12]}"


def registration_body(username: str, **changes: Any) -> dict[str, Any]:
    return {
        "username": username,
        "email": f"{username}@example.com",
        "password": PASSWORD,
        **changes,
    }


def register(api: httpx2.Client, username: str, **changes: Any) -> httpx2.Response:
    return api.post("/auth/register", json=registration_body(username, **changes))


def log_in(api: httpx2.Client, username: str, password: str = PASSWORD) -> httpx2.Response:
    return api.post("/auth/login", data={"username": username, "password": password})


def new_user(api: httpx2.Client) -> User:
    username = new_name()
    registered = register(api, username)
    assert registered.status_code == 201, registered.text
    token = log_in(api, username).json()["access_token"]
    return User(api, username, registered.json()["user_id"], token)


def add_to_group(settings: Settings | None, user: User, group: str) -> User:
    """Add the user to a group of the user pool; return the user with a token of the group."""
    if settings is None:
        pytest.skip("needs permission to change the user pool")
    cognito = client(settings, "cognito-idp")
    (pool,) = cognito.list_user_pools(MaxResults=10)["UserPools"]
    with suppress(cognito.exceptions.GroupExistsException):
        cognito.create_group(UserPoolId=pool["Id"], GroupName=group)
    cognito.admin_add_user_to_group(UserPoolId=pool["Id"], GroupName=group, Username=user.username)
    return replace(user, token=log_in(user.api, user.username).json()["access_token"])


def race_share_and_delete(john: User, jane: User) -> None:
    """Share an image and delete it at the same time; afterwards no list contains it."""
    image_id = john.upload()["image_id"]
    with ThreadPoolExecutor(2) as pool:
        shared = pool.submit(john.share, image_id, jane.username)
        deleted = pool.submit(john.delete, f"/images/{image_id}")

    assert shared.result().status_code in (200, 404)
    assert deleted.result().status_code == 204
    assert jane.shared_with_me() == []
    assert jane.get(f"/images/{image_id}").status_code == 404


def call_in_fifty_threads(call: Callable[[], T]) -> Counter[T]:
    """The results of fifty calls that start at the same time."""
    start = threading.Barrier(50)

    def run(_: int) -> T:
        start.wait()
        return call()

    with ThreadPoolExecutor(start.parties) as pool:
        return Counter(pool.map(run, range(start.parties)))
