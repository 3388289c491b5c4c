"""How the studio's page and its assets are served."""

import re

import httpx2
import pytest

PATHS = ["/studio", "/studio/"]


def assets(api: httpx2.Client) -> list[str]:
    """The paths that the page loads."""
    return [f"/{path}" for path in re.findall(r"studio/assets/[\w.]+", api.get("/studio").text)]


def test_the_studio_is_a_page(api: httpx2.Client) -> None:
    answer = api.get("/studio")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(("path", "base"), [("/studio", "studio"), ("/studio/", "../studio")])
def test_its_urls_are_relative_with_and_without_a_slash(
    api: httpx2.Client, path: str, base: str
) -> None:
    page = api.get(path).text

    assert f'<base href="{base}">' in page
    assert re.findall(r'(?:href|src)="(?:/|https?:)', page) == []


def test_its_policy_lets_nothing_from_elsewhere_run(api: httpx2.Client) -> None:
    policy = api.get("/studio").headers["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))

    assert rules["default-src"] == rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert "unsafe" not in policy
    assert "https:" in rules["img-src"].split()
    assert "https:" not in rules["connect-src"].split()


def test_it_has_nothing_inline(api: httpx2.Client) -> None:
    page = api.get("/studio").text

    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?! type=\"module\" src=)", page) == []


def test_its_assets_are_kept_for_good(api: httpx2.Client) -> None:
    answers = [api.get(path) for path in assets(api)]

    assert {answer.headers["Content-Type"] for answer in answers} == {
        "text/css; charset=utf-8",
        "text/javascript; charset=utf-8",
    }
    assert {answer.headers["Cache-Control"] for answer in answers} == {
        "public, max-age=31536000, immutable"
    }


def test_what_has_not_changed_is_not_sent_again(api: httpx2.Client) -> None:
    for path in [*PATHS, *assets(api)]:
        etag = api.get(path).headers["ETag"]
        same = api.get(path, headers={"If-None-Match": f'W/"other", {etag}'})
        other = api.get(path, headers={"If-None-Match": '"other"'})
        assert (same.status_code, same.content) == (304, b"")
        assert same.headers["ETag"] == etag
        assert other.status_code == 200


@pytest.mark.parametrize("path", ["/studio/assets/studio.js", "/studio/assets/a/b", "/studio/x"])
def test_an_unknown_asset_is_not_found(api: httpx2.Client, path: str) -> None:
    answer = api.get(path)

    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize("path", PATHS)
def test_head_answers_where_get_does(api: httpx2.Client, path: str) -> None:
    get, head = api.get(path), api.head(path)

    assert head.status_code == 200
    assert head.headers["Content-Type"] == get.headers["Content-Type"]
    assert head.content == b""


def test_it_is_there_to_be_looked_at(api: httpx2.Client) -> None:
    assert api.post("/studio").status_code == 405
