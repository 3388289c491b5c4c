import re

import cloudinary.exceptions
import pytest

from tests.unit.local.conftest import Cloud, StartCloud, picture

RESOURCES = "/v1_1/demo/resources/image/upload"


def fill(cloud: Cloud, *public_ids: str) -> None:
    for public_id in public_ids:
        cloud.upload(picture(), public_id=public_id)


def listed(cloud: Cloud, **options: object) -> list[str]:
    return [one["public_id"] for one in cloud.admin("resources", **options)["resources"]]


def test_ping_answers_with_the_rate_limit(start_cloud: StartCloud) -> None:
    answer = start_cloud().admin("ping")
    assert answer["status"] == "ok"
    assert (answer.rate_limit_allowed, answer.rate_limit_remaining) == (500, 499)
    assert answer.rate_limit_reset_at[4:6] == (0, 0)
    assert answer.request_id


def test_usage_tells_the_media_limits(cloud: Cloud) -> None:
    fill(cloud, "a", "b")
    usage = cloud.admin("usage")
    assert usage["media_limits"]["image_max_size_bytes"] == 10_485_760
    assert usage["media_limits"]["image_max_px"] == 25_000_000
    assert usage["storage"]["usage"] == 2 * len(picture())


def test_resources_are_listed_by_prefix(cloud: Cloud) -> None:
    fill(cloud, "stories/1/a", "stories/1/b", "stories/2/a")
    assert listed(cloud, type="upload", prefix="stories/1/") == ["stories/1/a", "stories/1/b"]
    assert listed(cloud, type="private") == []


def test_resources_are_listed_by_public_ids(cloud: Cloud) -> None:
    fill(cloud, "a", "b", "c")
    answer = cloud.admin("resources_by_ids", ["a", "c", "none"])
    assert [one["public_id"] for one in answer["resources"]] == ["a", "c"]


def test_a_list_goes_on_with_its_cursor(cloud: Cloud) -> None:
    fill(cloud, *"abcde")
    first = cloud.admin("resources", max_results=2)
    cloud.destroy("c")
    second = cloud.admin("resources", max_results=2, next_cursor=first["next_cursor"])
    assert [one["public_id"] for one in second["resources"]] == ["d", "e"]
    assert "next_cursor" not in second


def test_ten_resources_are_listed_unless_told(cloud: Cloud) -> None:
    fill(cloud, *"abcdefghijk")
    assert len(listed(cloud)) == 10
    assert len(listed(cloud, max_results=10_000)) == 11


def test_tags_are_listed_when_asked_for(cloud: Cloud) -> None:
    cloud.upload(picture(), public_id="a", tags=["x"], context={"alt": "y"})
    (plain,) = cloud.admin("resources")["resources"]
    (full,) = cloud.admin("resources", tags=True, context=True)["resources"]
    assert not {"tags", "context"} & plain.keys()
    assert (full["tags"], full["context"]) == (["x"], {"custom": {"alt": "y"}})


@pytest.mark.parametrize(
    "query", ["next_cursor=%ff", "next_cursor=YQ==", "max_results=0", "max_results=x"]
)
def test_odd_list_parameters_are_refused(cloud: Cloud, query: str) -> None:
    assert cloud.http.get(f"{RESOURCES}?{query}", auth=("key", "abcd")).status_code == 400


def test_one_resource_is_shown_in_full(cloud: Cloud) -> None:
    uploaded = cloud.upload(picture(), public_id="a/ñ b", tags=["x"])
    shown = cloud.admin("resource", "a/ñ b", phash=True)
    for name in ("asset_id", "version", "etag", "tags", "url", "bytes", "created_at"):
        assert shown[name] == uploaded[name]
    assert re.fullmatch(r"[0-9a-f]{16}", shown["phash"])


def test_an_unknown_resource_is_not_found(cloud: Cloud) -> None:
    with pytest.raises(cloudinary.exceptions.NotFound, match="Resource not found - a/none"):
        cloud.admin("resource", "a/none")


def test_resources_are_deleted_by_public_id(cloud: Cloud) -> None:
    fill(cloud, "a", "b")
    answer = cloud.admin("delete_resources", ["a", "none"])
    assert answer["deleted"] == {"a": "deleted", "none": "not_found"}
    assert answer["deleted_counts"]["a"] == {"original": 1, "derived": 0}
    assert answer["partial"] is False
    assert listed(cloud) == ["b"]


def test_resources_are_deleted_by_prefix(cloud: Cloud) -> None:
    fill(cloud, "x/a", "x/b", "y/a")
    cloud.upload(picture(), public_id="x/c", type="private")
    answer = cloud.admin("delete_resources_by_prefix", "x/")
    assert answer["deleted"] == {"x/a": "deleted", "x/b": "deleted"}
    assert listed(cloud) == ["x/c", "y/a"]


def test_all_resources_of_a_type_are_deleted(cloud: Cloud) -> None:
    fill(cloud, "a", "b")
    assert set(cloud.admin("delete_all_resources")["deleted"]) == {"a", "b"}
    assert listed(cloud) == []


def test_a_thousand_are_deleted_at_a_time(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.cloudinary.admin.MAX_DELETED", 2)
    fill(cloud, "a", "b", "c")
    first = cloud.admin("delete_all_resources")
    assert (set(first["deleted"]), first["partial"]) == ({"a", "b"}, True)
    second = cloud.admin("delete_all_resources", next_cursor=first["next_cursor"])
    assert (set(second["deleted"]), second["partial"]) == ({"c"}, False)


def test_a_hundred_public_ids_are_the_most(cloud: Cloud) -> None:
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
def test_deletions_travel_in_any_form(
    cloud: Cloud, request_options: dict[str, dict[str, object]]
) -> None:
    fill(cloud, "a", "b")
    answer = cloud.http.request("DELETE", RESOURCES, auth=("key", "abcd"), **request_options)  # type: ignore[arg-type]
    assert answer.json()["deleted"] == {"a": "deleted", "b": "deleted"}


def test_a_deletion_says_what_to_delete(cloud: Cloud) -> None:
    answer = cloud.http.delete(RESOURCES, auth=("key", "abcd"))
    assert answer.json()["error"]["message"] == "Missing required parameter - public_ids"


def test_what_would_keep_the_original_deletes_nothing(cloud: Cloud) -> None:
    fill(cloud, "a")
    with pytest.raises(cloudinary.exceptions.BadRequest, match="keep_original"):
        cloud.admin("delete_resources", ["a"], keep_original=True)
    assert listed(cloud) == ["a"]


@pytest.mark.parametrize(("enabled", "status"), [(False, 200), (True, 404)])
def test_bulk_deletion_invalidates_only_where_support_allowed_it(
    start_cloud: StartCloud, enabled: bool, status: int
) -> None:
    cloud = start_cloud(bulk_invalidation=enabled)
    url = cloud.upload(picture(), public_id="a")["url"]
    cloud.admin("delete_resources", ["a"], invalidate=True)
    assert cloud.get(url).status_code == status


@pytest.mark.parametrize(
    "credentials", [{"api_key": "other"}, {"api_secret": "other"}], ids=["key", "secret"]
)
def test_wrong_credentials_are_refused(cloud: Cloud, credentials: dict[str, str]) -> None:
    with pytest.raises(cloudinary.exceptions.AuthorizationRequired):
        cloud.admin("ping", **credentials)


@pytest.mark.parametrize(
    "authorization", ["", "Basic", "Basic !", "Bearer a2V5OmFiY2Q=", "Basic /w=="]
)
def test_only_basic_authentication_opens_the_admin_api(cloud: Cloud, authorization: str) -> None:
    headers = {"authorization": authorization} if authorization else {}
    assert cloud.http.get("/v1_1/demo/ping", headers=headers).status_code == 401


def test_the_quota_runs_out(start_cloud: StartCloud) -> None:
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


def test_the_quota_comes_back_with_the_hour(
    start_cloud: StartCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = start_cloud(admin_quota=1)
    monkeypatch.setattr("local.cloudinary.quota.time.time", lambda: 3600.0 * 1000)
    cloud.admin("ping")
    with pytest.raises(cloudinary.exceptions.RateLimited, match="1970-02-11 17:00:00 UTC"):
        cloud.admin("ping")
    monkeypatch.setattr("local.cloudinary.quota.time.time", lambda: 3600.0 * 1001)
    assert cloud.admin("ping").rate_limit_remaining == 0
