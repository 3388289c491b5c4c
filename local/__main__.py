"""`python -m local`: the local cloud in the foreground, until Ctrl-C."""

import signal
import sys

from local.cloud import local_cloud
from local.settings import HOST, LocalCloudError, Settings, from_environment


def main() -> int:
    # Set here because a shell may have us ignore them.
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
        print("\nStopped. The data is kept; make clean-data forgets it.")
        return 0


def _announce(settings: Settings, url: str) -> None:
    cloudinary = settings.cloudinary_url and "the account of CLOUDINARY_URL"
    print(f"Darkroom answers at   {url}")
    print(f"AWS is emulated at    {settings.aws_url}")
    print(f"Cloudinary is         {cloudinary or f'http://{HOST}:{settings.cloudinary_port}'}")
    print(f"ComfyUI is            {settings.comfyui}")
    print(f"Logs are in           {settings.logs}")
    print("Ctrl-C stops all of it.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
