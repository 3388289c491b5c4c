"""Every way of uploading rejects a file in words that name its kind, and in limited time."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx2
import pytest

from tests.support.direct_uploads import GROUPS, direct_upload_client
from tests.support.gallery import User
from tests.support.hostile_files import (
    animation,
    gif_with_oversized_frame,
    jpeg_of_fill_bytes,
    jpeg_with_many_scans,
    oversized,
    tiff_of_strips,
)
from tests.support.images import picture
from tests.support.publications import Publication, new_publication
from tests.support.rejected_files import DOCUMENTS, DRAWINGS, UNSUPPORTED_IMAGES
from tests.support.stories import V1, V2, Stories, StoriesContract

HEIC = UNSUPPORTED_IMAGES["HEIC"][0]
RAW_PHOTO = UNSUPPORTED_IMAGES["A raw photo"][0]
CUT = picture(size=(200, 150))[:-80]

IMAGES = [
    (HEIC, "HEIC is not supported: send JPEG, PNG or WebP (image.jpg)"),
    (RAW_PHOTO, "A raw photo is not supported: send JPEG, PNG or WebP (image.jpg)"),
    (CUT, "The file ends early: image.jpg"),
    (oversized("PNG"), "Image has more than 50000000 pixels: image.jpg"),
]
NOT_IMAGES = [
    (DRAWINGS[0], "SVG is not supported: send JPEG, PNG or WebP (image.jpg)"),
    (DOCUMENTS["text"][0], "The file is text, not an image: image.jpg"),
    (DOCUMENTS["an HTML page"][0], "The file is an HTML page, not an image: image.jpg"),
    (DOCUMENTS["a video"][0], "The file is a video, not an image: image.jpg"),
    (DOCUMENTS["a PDF"][0], "The file is a PDF, not an image: image.jpg"),
]
NAMES = ["HEIC", "raw photo", "ends early", "pixels", "SVG", "text", "HTML", "video", "PDF"]

HOSTILE_FILES = [
    *(oversized(format_name) for format_name in ("AVIF", "BMP", "GIF", "JPEG", "PNG", "WEBP")),
    gif_with_oversized_frame(),
    tiff_of_strips(200_000),
    jpeg_of_fill_bytes(),
    jpeg_with_many_scans(3000),
]


@pytest.mark.point("A7", "N8")
@pytest.mark.variants("content", "message")
@pytest.mark.parametrize("group", ["v1", "v2"])
@pytest.mark.parametrize(("content", "message"), IMAGES + NOT_IMAGES, ids=NAMES)
def test_stories_name_the_kind_of_a_rejected_file(
    john: User, group: str, content: bytes, message: str
) -> None:
    response = direct_upload_client(group, john).multipart(content)

    assert (response.status_code, response.json()) == (400, {"detail": message})


@pytest.mark.point("C14", "N8")
@pytest.mark.variants("content", "message")
@pytest.mark.parametrize(("content", "message"), IMAGES, ids=NAMES[: len(IMAGES)])
def test_the_gallery_names_the_kind_of_a_rejected_image(
    john: User, content: bytes, message: str
) -> None:
    response = john.post_image(content)

    assert (response.status_code, response.json()) == (400, {"detail": message})
    assert john.my_images() == []


@pytest.mark.point("C14", "C15", "N8")
@pytest.mark.variants("content", "message")
@pytest.mark.parametrize(("content", "message"), NOT_IMAGES, ids=NAMES[len(IMAGES) :])
def test_the_gallery_keeps_its_text_for_files_that_are_not_images(
    john: User, content: bytes, message: str
) -> None:
    response = john.post_image(content)

    assert (response.status_code, response.json()) == (400, {"detail": "File must be an image"})


@pytest.fixture
def publication(john: User) -> Publication:
    return new_publication(john)


@pytest.mark.point("P11", "N8")
@pytest.mark.variants("content", "kind")
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (HEIC, "HEIC"),
        (RAW_PHOTO, "una foto RAW"),
        (DRAWINGS[0], "SVG"),
        (DOCUMENTS["text"][0], "texto"),
        (DOCUMENTS["an HTML page"][0], "una página HTML"),
        (DOCUMENTS["a video"][0], "un vídeo"),
        (DOCUMENTS["a PDF"][0], "un PDF"),
        (picture("WEBP"), "WebP"),
    ],
    ids=["HEIC", "raw photo", "SVG", "text", "HTML", "video", "PDF", "WebP"],
)
def test_publications_name_an_unsupported_format_in_their_details(
    publication: Publication, content: bytes, kind: str
) -> None:
    response = publication.add(content)

    assert response.status_code == 415
    assert response.json() == {
        "error": "Formato de archivo no soportado",
        "code": "UNSUPPORTED_FORMAT",
        "details": f"El archivo es {kind}. Los formatos aceptados son JPEG y PNG",
    }


@pytest.mark.point("N8")
@pytest.mark.variants("content", "error")
@pytest.mark.parametrize(
    ("content", "error"),
    [
        (CUT, "La imagen está incompleta"),
        (oversized("JPEG"), "La imagen tiene demasiados píxeles"),
    ],
    ids=["ends early", "pixels"],
)
def test_publications_name_the_fault_of_an_image(
    publication: Publication, content: bytes, error: str
) -> None:
    response = publication.add(content)

    assert response.status_code == 400
    assert (response.json()["error"], response.json()["code"]) == (error, "INVALID_DATA")


@pytest.mark.point("N8")
@pytest.mark.parametrize("contract", [V1, V2], ids=["v1", "v2"])
def test_an_upload_with_one_rejected_file_stores_nothing(
    api: httpx2.Client, contract: StoriesContract
) -> None:
    stories = Stories(api, contract)
    before = stories.ids()

    response = stories.post(picture(), HEIC, picture())

    assert response.status_code == 400
    assert "image2.jpg" in response.json()["detail"]
    assert stories.ids() == before


@pytest.mark.point("N8")
@pytest.mark.parametrize("group", GROUPS)
def test_a_direct_upload_names_the_kind_of_a_rejected_file(john: User, group: str) -> None:
    response = direct_upload_client(group, john).upload(HEIC)

    assert response.status_code == (415 if group == "publications" else 400)
    assert "HEIC" in response.text


@pytest.mark.point("N8")
def test_the_frames_of_an_animation_are_accepted_up_to_the_limit(john: User) -> None:
    assert john.post_image(animation(frames=50, side=64)).status_code == 201


@pytest.mark.point("N8", "C29")
def test_ten_hostile_files_at_once_are_rejected_while_health_responds(
    api: httpx2.Client, john: User
) -> None:
    uploads = [direct_upload_client(group, john).multipart for group in ("v1", "v2", "gallery")]
    sends = [
        partial(uploads[number % len(uploads)], content)
        for number, content in enumerate(HOSTILE_FILES)
    ]
    assert api.get("/health").status_code == 200  # starts its function

    with ThreadPoolExecutor(len(sends)) as pool:
        responses = [pool.submit(send) for send in sends]
        health = api.get("/health")
        statuses = {response.result().status_code for response in responses}

    assert (health.status_code, statuses) == (200, {400})
