"""The studio's page and its assets: headers, caching and paths."""

import re

import httpx2
import pytest

PATHS = ["/studio", "/studio/"]


def assets(api: httpx2.Client) -> list[str]:
    """The paths of the files that the page loads."""
    return [f"/{path}" for path in re.findall(r"studio/assets/[\w.]+", api.get("/studio").text)]


def test_the_studio_returns_an_html_page(api: httpx2.Client) -> None:
    response = api.get("/studio")

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(("path", "base"), [("/studio", "studio"), ("/studio/", "../studio")])
def test_the_urls_of_the_page_are_relative(api: httpx2.Client, path: str, base: str) -> None:
    page = api.get(path).text

    assert f'<base href="{base}">' in page
    assert re.findall(r'(?:href|src)="(?:/|https?:)', page) == []


def test_the_policy_allows_only_own_scripts_and_styles(api: httpx2.Client) -> None:
    policy = api.get("/studio").headers["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))

    assert rules["default-src"] == rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert "unsafe" not in policy
    assert "https:" in rules["img-src"].split()
    assert "https:" not in rules["connect-src"].split()


def test_the_page_has_no_inline_scripts_or_styles(api: httpx2.Client) -> None:
    page = api.get("/studio").text

    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?! type=\"module\" src=)", page) == []


def test_the_assets_are_cached_permanently(api: httpx2.Client) -> None:
    responses = [api.get(path) for path in assets(api)]

    assert {response.headers["Content-Type"] for response in responses} == {
        "text/css; charset=utf-8",
        "text/javascript; charset=utf-8",
    }
    assert {response.headers["Cache-Control"] for response in responses} == {
        "public, max-age=31536000, immutable"
    }


def test_an_unchanged_file_returns_304(api: httpx2.Client) -> None:
    for path in [*PATHS, *assets(api)]:
        etag = api.get(path).headers["ETag"]
        same = api.get(path, headers={"If-None-Match": f'W/"other", {etag}'})
        other = api.get(path, headers={"If-None-Match": '"other"'})
        assert (same.status_code, same.content) == (304, b"")
        assert same.headers["ETag"] == etag
        assert other.status_code == 200


@pytest.mark.parametrize("path", ["/studio/assets/studio.js", "/studio/assets/a/b", "/studio/x"])
def test_an_unknown_asset_returns_404(api: httpx2.Client, path: str) -> None:
    response = api.get(path)

    assert (response.status_code, response.json()) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize("path", PATHS)
def test_head_returns_the_headers_of_get_without_a_body(api: httpx2.Client, path: str) -> None:
    get, head = api.get(path), api.head(path)

    assert head.status_code == 200
    assert head.headers["Content-Type"] == get.headers["Content-Type"]
    assert head.content == b""


def test_post_to_the_studio_returns_405(api: httpx2.Client) -> None:
    assert api.post("/studio").status_code == 405
