import re

import cloudinary.exceptions
import pytest

from tests.unit.local.conftest import Cloud, StartCloud, picture

RESOURCES = "/v1_1/demo/resources/image/upload"


def upload_all(cloud: Cloud, *public_ids: str) -> None:
    for public_id in public_ids:
        cloud.upload(picture(), public_id=public_id)


def list_ids(cloud: Cloud, **options: object) -> list[str]:
    return [one["public_id"] for one in cloud.admin("resources", **options)["resources"]]


def test_ping_returns_the_rate_limit(start_cloud: StartCloud) -> None:
    response = start_cloud().admin("ping")
    assert response["status"] == "ok"
    assert (response.rate_limit_allowed, response.rate_limit_remaining) == (500, 499)
    assert response.rate_limit_reset_at[4:6] == (0, 0)
    assert response.request_id


def test_usage_contains_the_media_limits(cloud: Cloud) -> None:
    upload_all(cloud, "a", "b")
    usage = cloud.admin("usage")
    assert usage["media_limits"]["image_max_size_bytes"] == 10_485_760
    assert usage["media_limits"]["image_max_px"] == 25_000_000
    assert usage["storage"]["usage"] == 2 * len(picture())


def test_resources_are_listed_by_prefix(cloud: Cloud) -> None:
    upload_all(cloud, "stories/1/a", "stories/1/b", "stories/2/a")
    assert list_ids(cloud, type="upload", prefix="stories/1/") == ["stories/1/a", "stories/1/b"]
    assert list_ids(cloud, type="private") == []


def test_resources_are_listed_by_public_ids(cloud: Cloud) -> None:
    upload_all(cloud, "a", "b", "c")
    response = cloud.admin("resources_by_ids", ["a", "c", "none"])
    assert [one["public_id"] for one in response["resources"]] == ["a", "c"]


def test_a_cursor_continues_the_list(cloud: Cloud) -> None:
    upload_all(cloud, *"abcde")
    first = cloud.admin("resources", max_results=2)
    cloud.destroy("c")
    second = cloud.admin("resources", max_results=2, next_cursor=first["next_cursor"])
    assert [one["public_id"] for one in second["resources"]] == ["d", "e"]
    assert "next_cursor" not in second


def test_the_default_page_size_is_ten(cloud: Cloud) -> None:
    upload_all(cloud, *"abcdefghijk")
    assert len(list_ids(cloud)) == 10
    assert len(list_ids(cloud, max_results=10_000)) == 11


def test_tags_and_context_are_listed_on_request(cloud: Cloud) -> None:
    cloud.upload(picture(), public_id="a", tags=["x"], context={"alt": "y"})
    (plain,) = cloud.admin("resources")["resources"]
    (full,) = cloud.admin("resources", tags=True, context=True)["resources"]
    assert not {"tags", "context"} & plain.keys()
    assert (full["tags"], full["context"]) == (["x"], {"custom": {"alt": "y"}})


@pytest.mark.parametrize(
    "query", ["next_cursor=%ff", "next_cursor=YQ==", "max_results=0", "max_results=x"]
)
def test_invalid_list_parameters_are_rejected(cloud: Cloud, query: str) -> None:
    assert cloud.http.get(f"{RESOURCES}?{query}", auth=("key", "abcd")).status_code == 400


def test_a_single_resource_has_all_its_fields(cloud: Cloud) -> None:
    uploaded = cloud.upload(picture(), public_id="a/ñ b", tags=["x"])
    resource = cloud.admin("resource", "a/ñ b", phash=True)
    for name in ("asset_id", "version", "etag", "tags", "url", "bytes", "created_at"):
        assert resource[name] == uploaded[name]
    assert re.fullmatch(r"[0-9a-f]{16}", resource["phash"])


def test_an_unknown_resource_is_a_404(cloud: Cloud) -> None:
    with pytest.raises(cloudinary.exceptions.NotFound, match="Resource not found - a/none"):
        cloud.admin("resource", "a/none")


def test_resources_are_deleted_by_public_id(cloud: Cloud) -> None:
    upload_all(cloud, "a", "b")
    response = cloud.admin("delete_resources", ["a", "none"])
    assert response["deleted"] == {"a": "deleted", "none": "not_found"}
    assert response["deleted_counts"]["a"] == {"original": 1, "derived": 0}
    assert response["partial"] is False
    assert list_ids(cloud) == ["b"]


def test_resources_are_deleted_by_prefix(cloud: Cloud) -> None:
    upload_all(cloud, "x/a", "x/b", "y/a")
    cloud.upload(picture(), public_id="x/c", type="private")
    response = cloud.admin("delete_resources_by_prefix", "x/")
    assert response["deleted"] == {"x/a": "deleted", "x/b": "deleted"}
    assert list_ids(cloud) == ["x/c", "y/a"]


def test_all_resources_of_a_type_are_deleted(cloud: Cloud) -> None:
    upload_all(cloud, "a", "b")
    assert set(cloud.admin("delete_all_resources")["deleted"]) == {"a", "b"}
    assert list_ids(cloud) == []


def test_a_bulk_deletion_deletes_a_limited_number_per_call(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.cloudinary.admin.MAX_DELETED", 2)
    upload_all(cloud, "a", "b", "c")
    first = cloud.admin("delete_all_resources")
    assert (set(first["deleted"]), first["partial"]) == ({"a", "b"}, True)
    second = cloud.admin("delete_all_resources", next_cursor=first["next_cursor"])
    assert (set(second["deleted"]), second["partial"]) == ({"c"}, False)


def test_more_than_a_hundred_public_ids_are_rejected(cloud: Cloud) -> None:
    with pytest.raises(cloudinary.exceptions.BadRequest, match="Maximum is 100"):
        cloud.admin("delete_resources", [str(number) for number in range(101)])


@pytest.mark.parametrize(
    "request_options",
    [
        {"json": {"public_ids": ["a", "b"]}},
        {"data": {"public_ids[0]": "a", "public_ids[1]": "b"}},
        {"params": {"public_ids[]": ["a", "b"]}},
    ],
    ids=["json", "form", "query"],
)
def test_public_ids_are_read_from_json_form_and_query(
    cloud: Cloud, request_options: dict[str, dict[str, object]]
) -> None:
    upload_all(cloud, "a", "b")
    response = cloud.http.request("DELETE", RESOURCES, auth=("key", "abcd"), **request_options)  # type: ignore[arg-type]
    assert response.json()["deleted"] == {"a": "deleted", "b": "deleted"}


def test_a_deletion_without_selection_is_rejected(cloud: Cloud) -> None:
    response = cloud.http.delete(RESOURCES, auth=("key", "abcd"))
    assert response.json()["error"]["message"] == "Missing required parameter - public_ids"


def test_keep_original_is_rejected_and_deletes_nothing(cloud: Cloud) -> None:
    upload_all(cloud, "a")
    with pytest.raises(cloudinary.exceptions.BadRequest, match="keep_original"):
        cloud.admin("delete_resources", ["a"], keep_original=True)
    assert list_ids(cloud) == ["a"]


@pytest.mark.parametrize(("enabled", "status"), [(False, 200), (True, 404)])
def test_bulk_deletion_invalidates_only_if_support_enabled_it(
    start_cloud: StartCloud, enabled: bool, status: int
) -> None:
    cloud = start_cloud(bulk_invalidation=enabled)
    url = cloud.upload(picture(), public_id="a")["url"]
    cloud.admin("delete_resources", ["a"], invalidate=True)
    assert cloud.get(url).status_code == status


@pytest.mark.parametrize(
    "credentials", [{"api_key": "other"}, {"api_secret": "other"}], ids=["key", "secret"]
)
def test_wrong_credentials_are_rejected(cloud: Cloud, credentials: dict[str, str]) -> None:
    with pytest.raises(cloudinary.exceptions.AuthorizationRequired):
        cloud.admin("ping", **credentials)


@pytest.mark.parametrize(
    "authorization", ["", "Basic", "Basic !", "Bearer a2V5OmFiY2Q=", "Basic /w=="]
)
def test_the_admin_api_requires_basic_authentication(cloud: Cloud, authorization: str) -> None:
    headers = {"authorization": authorization} if authorization else {}
    assert cloud.http.get("/v1_1/demo/ping", headers=headers).status_code == 401


def test_calls_over_the_quota_are_rejected(start_cloud: StartCloud) -> None:
    cloud = start_cloud(admin_quota=2)
    with pytest.raises(cloudinary.exceptions.AuthorizationRequired):
        cloud.admin("ping", api_secret="wrong")
    assert [cloud.admin("ping").rate_limit_remaining for _ in range(2)] == [1, 0]
    with pytest.raises(cloudinary.exceptions.RateLimited) as caught:
        cloud.admin("ping")
    assert re.fullmatch(
        r"Error 420 - Rate Limit Exceeded\. Limit of 2 api operations reached\. "
        r"Try again on \d{4}-\d\d-\d\d \d\d:00:00 UTC",
        str(caught.value),
    )
    cloud.upload(picture(), public_id="uploads are not counted")


def test_the_quota_is_reset_every_hour(
    start_cloud: StartCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = start_cloud(admin_quota=1)
    monkeypatch.setattr("local.cloudinary.quota.time.time", lambda: 3600.0 * 1000)
    cloud.admin("ping")
    with pytest.raises(cloudinary.exceptions.RateLimited, match="1970-02-11 17:00:00 UTC"):
        cloud.admin("ping")
    monkeypatch.setattr("local.cloudinary.quota.time.time", lambda: 3600.0 * 1001)
    assert cloud.admin("ping").rate_limit_remaining == 0
