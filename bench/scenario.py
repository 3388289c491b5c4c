"""Every API request once, with warm functions: the recorded invocations."""

from collections.abc import Callable
from typing import Any

import httpx2

from bench.in_process import InProcess, Invocation
from tests.support.gallery import new_name, new_user, registration_body
from tests.support.generation import GENERATE, JOBS, RESPOND_ASYNC, start_job
from tests.support.images import picture
from tests.support.publications import new_publication
from tests.support.stories import V1, V2, Stories, StoriesContract

STYLE = {"name": "Ink", "description": "Black on white", "prompt_template": "{prompt}, ink"}


class Scenario:
    """The last invocation of each API request, by method and path as in the contracts."""

    def __init__(self, functions: InProcess) -> None:
        self.functions = functions
        self.recorded: dict[str, Invocation] = {}

    def play(self) -> dict[str, Invocation]:
        self._home()
        for contract in (V1, V2):
            self._stories(contract)
        self._gallery()
        self._publications()
        self._catalog()
        self._generation()
        return self.recorded

    def _step(self, name: str, send: Callable[[], httpx2.Response], times: int = 1) -> Any:
        """Send a request and record its last invocation. Reads are sent twice, to fill caches."""
        for _ in range(times):
            response = send()
            assert response.status_code < 400, f"{name}: {response.text}"
        self.recorded[name] = self.functions.invocations[-1]
        return response.json() if response.content else None

    def _get(self, name: str, path: str, get: Callable[..., httpx2.Response]) -> Any:
        return self._step(f"GET {name}", lambda: get(path), times=2)

    def _home(self) -> None:
        self._get("/health", "/health", self.functions.api.get)

    def _stories(self, contract: StoriesContract) -> None:
        stories, base = Stories(self.functions.api, contract), contract.base
        deleted = stories.upload().story_id
        self._step(f"DELETE {base}/{{story_id}}", lambda: stories.delete(deleted))
        self._step(f"DELETE {base}", stories.delete_all)
        story = self._step(f"POST {base}/upload", lambda: stories.post(picture()))["story_id"]
        self._get(f"{base}/{{story_id}}", f"{base}/{story}", self.functions.api.get)
        self._get(base, f"{base}?limit=20", self.functions.api.get)
        self._get(f"{base}/story-ids", f"{base}/story-ids?limit=20", self.functions.api.get)

    def _gallery(self) -> None:
        api, name = self.functions.api, new_name()
        login = {"username": name, "password": registration_body(name)["password"]}
        self._step(
            "POST /auth/register", lambda: api.post("/auth/register", json=registration_body(name))
        )
        self._step("POST /auth/login", lambda: api.post("/auth/login", data=login))
        john, jane = new_user(api), new_user(api)
        john.upload(visibility="public")
        image = self._step("POST /images/upload", john.post_image)["image_id"]
        self._get("/images/{image_id}", f"/images/{image}", john.get)
        self._get("/images/my-images", "/images/my-images?limit=20", john.get)
        self._get("/images/public", "/images/public?limit=20", john.get)
        # The gateway invokes the authorizer first.
        self.recorded["authorizer"] = self.functions.invocations[-2]
        self._step("POST /sharing/share", lambda: john.share(image, jane.username))
        self._get("/sharing/shared-by-me", "/sharing/shared-by-me?limit=20", john.get)
        self._get("/sharing/shared-with-me", "/sharing/shared-with-me?limit=20", jane.get)
        self._step("DELETE /sharing/unshare", lambda: john.unshare(image, jane.user_id))
        self._step("DELETE /images/{image_id}", lambda: john.delete(f"/images/{image}"))

    def _publications(self) -> None:
        owner = new_user(self.functions.api)
        publication = new_publication(owner)
        publication.upload(1)
        path, name = publication.images_path, "/api/v1/publications/{id}/images"
        self._step(f"POST {name}", lambda: publication.add(picture(seed=2)))
        self._get(name, path, owner.get)
        self._step(f"DELETE {name}", lambda: owner.delete(path))

    def _catalog(self) -> None:
        api, base = self.functions.api, "/api/images/styles"
        self._get(base, f"{base}?limit=20", api.get)
        style = self._step(f"POST {base}", lambda: api.post(base, json=STYLE))["id"]
        self._get(f"{base}/{{id}}", f"{base}/{style}", api.get)
        self._step(f"PUT {base}/{{id}}", lambda: api.put(f"{base}/{style}", json={"name": "Pen"}))
        self._step(f"DELETE {base}/{{id}}", lambda: api.delete(f"{base}/{style}"))

    def _generation(self) -> None:
        api = self.functions.api
        start_job(api)
        body = {"prompt": "a lighthouse at noon"}
        job = self._step(
            f"POST {GENERATE} (asynchronous)",
            lambda: api.post(GENERATE, json=body, headers=RESPOND_ASYNC),
        )
        self._get(JOBS, f"{JOBS}?limit=20", api.get)
        self._get(f"{JOBS}/{{job_id}}", f"{JOBS}/{job['job_id']}", api.get)
        self._step(f"DELETE {JOBS}/{{job_id}}", lambda: api.delete(f"{JOBS}/{job['job_id']}"))
