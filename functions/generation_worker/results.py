"""Storing the images of a successful run."""

from concurrent.futures import ThreadPoolExecutor

from pynamodb.transactions import TransactWrite

from darkroom import ids, settings
from darkroom.comfyui import host
from darkroom.comfyui.runs import Run
from darkroom.errors import JobNotFoundError, RunFailedError
from darkroom.images.formats import FORMATS, Image
from darkroom.models.job import GeneratedImage, Job, State
from darkroom.observability.log import logger
from darkroom.storage.cloudinary import PUBLIC
from darkroom.uploads.storing import store_images

FOLDER = settings.text("CLOUDINARY_FOLDER")
MAX_DOWNLOADS = 4  # concurrent


def store_results(job: Job, run: Run) -> None:
    """Store all images of the run and end the job, unless it has ended otherwise.

    Raises `RunFailedError` if the host lacks images.
    """
    images = _download(job, run)
    # Concurrent attempts must not share ids: the failed one deletes its assets.
    attempt = ids.new_uuid()[:8]
    public_ids = [
        f"{FOLDER}/generated/{job.job_id}/{attempt}-{number}"
        for number, _ in enumerate(images, start=1)
    ]

    def write_row(write: TransactWrite, urls: list[str]) -> Job:
        generated = [
            GeneratedImage(public_id=public_id, url=url)
            for public_id, url in zip(public_ids, urls, strict=True)
        ]
        return Job.find_open(job.job_id).succeed(write, PUBLIC.name, generated)

    try:
        store_images(PUBLIC, images, public_ids, write_row)
    except JobNotFoundError:
        logger.info("The job ended while its images were stored", extra={"job": job.job_id})
    else:
        job.count_end(State.SUCCEEDED)


def _download(job: Job, run: Run) -> list[Image]:
    count = int(job.inputs.count)
    if len(run.files) < count:
        raise RunFailedError(f"The host generated {len(run.files)} of {count} images")
    with ThreadPoolExecutor(MAX_DOWNLOADS) as pool:
        contents = pool.map(host.fetch_image, run.files[:count])
        return [Image(content, FORMATS["PNG"]) for content in contents]
