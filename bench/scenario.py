"""Every call of the API once, warm: what each of its functions was asked and asked for."""

from collections.abc import Callable
from typing import Any

import httpx2

from bench.inside import Inside, Invocation
from tests.support.gallery import account, new_name, new_person
from tests.support.generation import GENERATE, JOBS, NOW, begin
from tests.support.images import picture
from tests.support.publications import new_publication
from tests.support.stories import V1, V2, Contract, Stories

STYLE = {"name": "Ink", "description": "Black on white", "prompt_template": "{prompt}, ink"}


class Scenario:
    """The last invocation for each call, by the call's name as the contracts write it."""

    def __init__(self, inside: Inside) -> None:
        self.inside = inside
        self.found: dict[str, Invocation] = {}

    def play(self) -> dict[str, Invocation]:
        self._home()
        for contract in (V1, V2):
            self._stories(contract)
        self._gallery()
        self._publications()
        self._catalog()
        self._generation()
        return self.found

    def _step(self, name: str, act: Callable[[], httpx2.Response], times: int = 1) -> Any:
        """Do it, and again where that changes nothing, so that what is kept is kept."""
        for _ in range(times):
            answer = act()
            assert answer.status_code < 400, f"{name}: {answer.text}"
        self.found[name] = self.inside.invocations[-1]
        return answer.json() if answer.content else None

    def _get(self, name: str, path: str, get: Callable[..., httpx2.Response]) -> Any:
        return self._step(f"GET {name}", lambda: get(path), times=2)

    def _home(self) -> None:
        self._get("/health", "/health", self.inside.api.get)

    def _stories(self, contract: Contract) -> None:
        stories, base = Stories(self.inside.api, contract), contract.base
        gone = stories.upload().story_id
        self._step(f"DELETE {base}/{{story_id}}", lambda: stories.delete(gone))
        self._step(f"DELETE {base}", stories.delete_all)
        story = self._step(f"POST {base}/upload", lambda: stories.post(picture()))["story_id"]
        self._get(f"{base}/{{story_id}}", f"{base}/{story}", self.inside.api.get)
        self._get(base, f"{base}?limit=20", self.inside.api.get)
        self._get(f"{base}/story-ids", f"{base}/story-ids?limit=20", self.inside.api.get)

    def _gallery(self) -> None:
        api, name = self.inside.api, new_name()
        login = {"username": name, "password": account(name)["password"]}
        self._step("POST /auth/register", lambda: api.post("/auth/register", json=account(name)))
        self._step("POST /auth/login", lambda: api.post("/auth/login", data=login))
        john, jane = new_person(api), new_person(api)
        john.upload(visibility="public")
        image = self._step("POST /images/upload", john.post_image)["image_id"]
        self._get("/images/{image_id}", f"/images/{image}", john.get)
        self._get("/images/my-images", "/images/my-images?limit=20", john.get)
        self._get("/images/public", "/images/public?limit=20", john.get)
        # The gateway asks the authorizer first.
        self.found["authorizer"] = self.inside.invocations[-2]
        self._step("POST /sharing/share", lambda: john.share(image, jane.username))
        self._get("/sharing/shared-by-me", "/sharing/shared-by-me?limit=20", john.get)
        self._get("/sharing/shared-with-me", "/sharing/shared-with-me?limit=20", jane.get)
        self._step("DELETE /sharing/unshare", lambda: john.unshare(image, jane.user_id))
        self._step("DELETE /images/{image_id}", lambda: john.delete(f"/images/{image}"))

    def _publications(self) -> None:
        owner = new_person(self.inside.api)
        publication = new_publication(owner)
        publication.added(1)
        path, name = publication.images_path, "/api/v1/publications/{id}/images"
        self._step(f"POST {name}", lambda: publication.add(picture(seed=2)))
        self._get(name, path, owner.get)
        self._step(f"DELETE {name}", lambda: owner.delete(path))

    def _catalog(self) -> None:
        api, base = self.inside.api, "/api/images/styles"
        self._get(base, f"{base}?limit=20", api.get)
        style = self._step(f"POST {base}", lambda: api.post(base, json=STYLE))["id"]
        self._get(f"{base}/{{id}}", f"{base}/{style}", api.get)
        self._step(f"PUT {base}/{{id}}", lambda: api.put(f"{base}/{style}", json={"name": "Pen"}))
        self._step(f"DELETE {base}/{{id}}", lambda: api.delete(f"{base}/{style}"))

    def _generation(self) -> None:
        api = self.inside.api
        begin(api)
        body = {"prompt": "a lighthouse at noon"}
        asked = self._step(
            f"POST {GENERATE} (not waiting)", lambda: api.post(GENERATE, json=body, headers=NOW)
        )
        self._get(JOBS, f"{JOBS}?limit=20", api.get)
        self._get(f"{JOBS}/{{job_id}}", f"{JOBS}/{asked['job_id']}", api.get)
        self._step(f"DELETE {JOBS}/{{job_id}}", lambda: api.delete(f"{JOBS}/{asked['job_id']}"))
