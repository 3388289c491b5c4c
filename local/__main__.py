"""`python -m local`: the local cloud in the foreground, until Ctrl-C."""

import signal
import sys

from local.cloud import local_cloud
from local.settings import HOST, LocalCloudError, Settings, from_environment


def main() -> int:
    # A shell may start this process with these signals ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        settings = from_environment()
        with local_cloud(settings) as url:
            _announce(settings, url)
            while True:
                signal.pause()
    except LocalCloudError as error:
        print(f"make up: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The data is kept; make clean-data deletes it.")
        return 0


def _announce(settings: Settings, url: str) -> None:
    cloudinary = settings.cloudinary_url and "the account of CLOUDINARY_URL"
    print(f"API                   {url}")
    print(f"AWS emulator          {settings.aws_url}")
    print(f"Cloudinary            {cloudinary or f'http://{HOST}:{settings.cloudinary_port}'}")
    print(f"ComfyUI               {settings.comfyui}")
    print(f"Logs                  {settings.logs}")
    print("Press Ctrl-C to stop.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
