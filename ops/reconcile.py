"""Compare rows with assets: report missing assets, and orphaned assets that no row names.

Read-only. Ignores uploads in progress. Exits with 1 if there are differences. Lists Cloudinary's
assets through its Admin API, 500 per call, which counts towards the account's hourly quota.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import cloudinary
from cloudinary import api

from ops.stack import Stack, parser

OWNERS = ("StoriesV1Table", "StoriesV2Table", "GalleryTable", "PublicationsTable", "JobsTable")
# Cloudinary's delivery type of each store that rows name.
CLOUDINARY_DELIVERY_TYPES = {"cloudinary": "upload", "cloudinary-private": "authenticated"}


@dataclass(frozen=True, order=True)
class Asset:
    store: str
    public_id: str


@dataclass(frozen=True)
class Differences:
    missing: list[Asset]
    orphaned: list[Asset]

    def __bool__(self) -> bool:
        return bool(self.missing or self.orphaned)


def compare(stack: Stack) -> Differences:
    # In this order, concurrent uploads and deletions are not reported as differences: the ledger
    # names assets before they are stored, and rows are deleted before their assets.
    in_progress = set(owned_assets(stack, "UploadsTable"))
    owned = {asset for table in OWNERS for asset in owned_assets(stack, table)}
    stored = set(_stored(stack))
    still_owned = {asset for table in OWNERS for asset in owned_assets(stack, table)}
    in_progress |= set(owned_assets(stack, "UploadsTable"))
    return Differences(
        missing=sorted((owned & still_owned) - stored),
        orphaned=sorted(stored - owned - still_owned - in_progress),
    )


def owned_assets(stack: Stack, table: str) -> Iterator[Asset]:
    """The assets that the rows of a table own."""
    for row in _pages("dynamodb", "scan", "Items", TableName=stack.physical(table)):
        for image in row.get("images", {}).get("L", ()):
            yield Asset(row["store"]["S"], image["M"]["public_id"]["S"])


def _stored(stack: Stack) -> Iterator[Asset]:
    bucket = stack.physical("ImagesBucket")
    for prefix in ("stories/", "pending/"):
        for item in _pages("s3", "list_objects_v2", "Contents", Bucket=bucket, Prefix=prefix):
            yield Asset("s3", item["Key"])
    yield from _stored_in_cloudinary(stack)


def _pages(service: str, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
    client: Any = boto3.client(service)  # type: ignore[call-overload]
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page.get(key, ())


def _stored_in_cloudinary(stack: Stack) -> Iterator[Asset]:
    secret = boto3.client("ssm").get_parameter(
        Name=stack.parameter("CloudinaryUrlParameter"), WithDecryption=True
    )
    os.environ["CLOUDINARY_URL"] = secret["Parameter"]["Value"]
    cloudinary.reset_config()
    folder = stack.parameter("CloudinaryFolder")
    for store, delivery_type in CLOUDINARY_DELIVERY_TYPES.items():
        for public_id in _public_ids(delivery_type, f"{folder}/"):
            yield Asset(store, public_id)


def _public_ids(delivery_type: str, prefix: str) -> Iterator[str]:
    page: dict[str, Any] = {"next_cursor": None}
    while "next_cursor" in page:
        page = api.resources(
            prefix=prefix, type=delivery_type, max_results=500, next_cursor=page["next_cursor"]
        )
        yield from (resource["public_id"] for resource in page["resources"])


def main() -> int:
    options = parser(__doc__).parse_args()
    differences = compare(Stack(options.stack))
    for kind, assets in (("missing", differences.missing), ("orphaned", differences.orphaned)):
        for asset in assets:
            print(f"{kind}: {asset.store} {asset.public_id}")
    if not differences:
        print("Rows and assets match.")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
