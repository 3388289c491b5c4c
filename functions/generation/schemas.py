"""The bodies of generation and its jobs."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StrictFloat
from pydantic import StringConstraints as Text

from darkroom import clock
from darkroom.models.job import Job
from darkroom.models.job_inputs import Inputs
from darkroom.web.strict_types import NOT_BLANK, PRINTABLE, STORABLE, Integer, exact_maximum

RANDOM_SEED = -1
MAX_SEED = 2**64 - 1
MIN_SIDE, MAX_SIDE = 64, 2048  # pixels
MAX_STEPS = 150
MAX_CFG_SCALE = 30
MAX_COUNT = 8
MAX_PROMPT_LENGTH = 10_000  # characters
MAX_STYLED_PROMPT_LENGTH = 20_000  # characters of a prompt text in its style

LongText = Annotated[str, Text(strict=True, max_length=MAX_PROMPT_LENGTH), PRINTABLE]
Prompt = Annotated[LongText, NOT_BLANK]
# The host generates only sizes that are multiples of 8.
Side = Annotated[
    Integer, Field(ge=MIN_SIDE, le=MAX_SIDE), AfterValidator(lambda side: side // 8 * 8)
]
Steps = Annotated[Integer, Field(ge=1, le=MAX_STEPS)]
CfgScale = Annotated[StrictFloat, Field(ge=0, le=MAX_CFG_SCALE, allow_inf_nan=False), STORABLE]
Seed = Annotated[Integer, Field(ge=RANDOM_SEED, le=MAX_SEED), exact_maximum(MAX_SEED)]
Id = Annotated[Integer, Field(ge=1, le=10**15)]


class GenerateImage(BaseModel):
    """Absent fields are taken from the format and from the catalog's settings."""

    prompt: Prompt
    negative_prompt: LongText = ""
    width: Side = 512
    height: Side = 512
    steps: Steps = 20
    cfg_scale: CfgScale = 7.0
    seed: Seed = RANDOM_SEED
    style_id: Id | None = None
    format_id: Id | None = None


class GenerateImages(BaseModel):
    prompt: Prompt
    count: Annotated[Integer, Field(ge=1, le=MAX_COUNT)] = 1


class Metadata(BaseModel):
    """The values that were used."""

    prompt: str
    negative_prompt: str
    width: int
    height: int
    steps: int
    cfg_scale: float
    seed: int

    @classmethod
    def of(cls, inputs: Inputs) -> "Metadata":
        return cls(
            prompt=inputs.prompt,
            negative_prompt=inputs.negative_prompt,
            width=int(inputs.width),
            height=int(inputs.height),
            steps=int(inputs.steps),
            cfg_scale=float(inputs.cfg_scale),
            seed=int(inputs.seed),
        )


class ImageGenerated(BaseModel):
    status: str = "success"
    image_url: str
    metadata: Metadata

    @classmethod
    def of(cls, job: Job) -> "ImageGenerated":
        return cls(image_url=image_urls(job)[0], metadata=Metadata.of(job.inputs))


class ImagesGenerated(BaseModel):
    image_urls: list[str]

    @classmethod
    def of(cls, job: Job) -> "ImagesGenerated":
        return cls(image_urls=image_urls(job))


class JobOut(BaseModel):
    """`position` is the number of jobs ahead of a queued job; `progress` is `waiting` or `running`
    on the host."""

    job_id: str
    state: str
    position: int | None
    progress: str | None
    created_at: str
    submitted_at: str | None
    finished_at: str | None
    image_urls: list[str]
    metadata: Metadata
    error: str | None

    @classmethod
    def of(cls, job: Job, position: int | None = None) -> "JobOut":
        return cls(
            job_id=job.job_id,
            state=job.state,
            position=position,
            progress=job.progress,
            created_at=clock.to_seconds(job.created_at),
            submitted_at=_seconds(job.submitted_at),
            finished_at=_seconds(job.finished_at),
            image_urls=image_urls(job),
            metadata=Metadata.of(job.inputs),
            error=job.error,
        )


def image_urls(job: Job) -> list[str]:
    return [image.url for image in job.images or ()]


def _seconds(instant: str | None) -> str | None:
    return clock.to_seconds(instant) if instant else None
