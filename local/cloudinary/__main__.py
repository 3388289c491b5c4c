"""`python -m local.cloudinary`: environment variables are the defaults of the account's options."""

import argparse
import os
from pathlib import Path

import uvicorn

from local.cloudinary.app import create_app
from local.cloudinary.settings import Settings
from local.serving import configure


def main() -> None:
    arguments = _parser().parse_args()
    settings = Settings(
        data=arguments.data,
        cloud=arguments.cloud,
        api_key=arguments.api_key,
        api_secret=arguments.api_secret,
        admin_quota=arguments.admin_quota,
        bulk_invalidation=arguments.bulk_invalidation,
    )
    uvicorn.Server(configure(create_app(settings), arguments.host, arguments.port)).run()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("local.cloudinary", description="A Cloudinary emulator.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8010)
    parser.add_argument("--data", type=Path, default=Path(".local/cloudinary"))
    parser.add_argument("--admin-quota", type=int, default=500, help="Admin API calls per hour")
    parser.add_argument("--bulk-invalidation", action="store_true")
    for option, variable in (
        ("--cloud", "CLOUDINARY_CLOUD_NAME"),
        ("--api-key", "CLOUDINARY_API_KEY"),
        ("--api-secret", "CLOUDINARY_API_SECRET"),
    ):
        default = os.environ.get(variable)
        parser.add_argument(option, default=default, required=not default, help=f"or ${variable}")
    return parser


if __name__ == "__main__":
    main()
