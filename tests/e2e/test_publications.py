"""Publications on the whole stack: the document's examples, many calls at once, and the cascade."""

import json
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from ops.reconcile import Differences
from ops.stack import Stack
from tests.support.gallery import Person
from tests.support.images import picture
from tests.support.publications import ROOT, Publication, at_once, new_publication
from tests.support.stories import eventually


@pytest.fixture
def publication(john: Person) -> Publication:
    return new_publication(john)


def test_the_examples_of_the_document(john: Person, tmp_path: Path) -> None:
    (tmp_path / "imagen.jpg").write_bytes(picture())
    publication_id = new_publication(john).id

    def curl(line: str) -> Any:
        command = line.replace("https://api.pagapoco.com", str(john.api.base_url).rstrip("/"))
        command = command.replace("tu_token_jwt", john.token).replace("/ruta/a/", "")
        command = command.replace("/publications/123/", f"/publications/{publication_id}/")
        shell = ["bash", "-c", command.replace("curl ", "curl --silent --show-error ", 1)]
        outcome = subprocess.run(shell, cwd=tmp_path, check=True, capture_output=True)
        return json.loads(outcome.stdout)

    added = curl("""curl -X POST \\
  https://api.pagapoco.com/api/v1/publications/123/images \\
  -H "Authorization: Bearer tu_token_jwt" \\
  -H "Content-Type: multipart/form-data" \\
  -F "image=@/ruta/a/imagen.jpg" \\
  -F "isPremium=false" """)
    listed = curl("""curl -X GET \\
  https://api.pagapoco.com/api/v1/publications/123/images \\
  -H "Authorization: Bearer tu_token_jwt" """)
    deleted = curl(f"""curl -X DELETE \\
  https://api.pagapoco.com/api/v1/publications/123/images/{quote(added["imageUri"], safe="")} \\
  -H "Authorization: Bearer tu_token_jwt" """)

    assert added["message"] == "Imagen agregada exitosamente"
    assert listed == {
        "publicationId": publication_id,
        "images": [added["imageUri"]],
        "totalImages": 1,
    }
    assert deleted["remainingImages"] == 0


def test_of_ten_images_at_once_a_regular_user_keeps_four(publication: Publication) -> None:
    answers = at_once(10, lambda seed: publication.add(picture(seed=seed)))

    assert Counter(answer.status_code for answer in answers) == {201: 4, 403: 6}
    totals = [answer.json()["totalImages"] for answer in answers if answer.status_code == 201]
    assert sorted(totals) == [1, 2, 3, 4]
    assert len(publication.images()) == 4


def test_of_one_image_ten_times_at_once_one_is_kept(publication: Publication) -> None:
    answers = at_once(10, lambda _: publication.add())

    assert Counter(answer.status_code for answer in answers) == {201: 1, 400: 9}
    assert len(publication.images()) == 1


def test_images_removed_at_once_are_counted_one_by_one(publication: Publication) -> None:
    uris = [publication.added(seed) for seed in range(4)]

    answers = at_once(
        4,
        lambda n: publication.owner.delete(f"{publication.images_path}/{quote(uris[n], safe='')}"),
    )

    assert sorted(answer.json()["remainingImages"] for answer in answers) == [0, 1, 2, 3]
    assert publication.images() == []


def test_an_upload_racing_the_deletion_of_its_publication_leaves_nothing(
    john: Person, differences: Callable[[], Differences]
) -> None:
    for _ in range(5):
        publication = new_publication(john)

        def call(n: int, publication: Publication = publication) -> httpx2.Response:
            return publication.add() if n else john.delete(f"{ROOT}/{publication.id}")

        deleted, added = at_once(2, call)
        assert deleted.status_code == 200
        assert added.status_code in (201, 404)
        assert john.get(publication.images_path).status_code == 404

    assert not differences()


def test_images_leave_the_store_with_their_rows(
    publication: Publication, differences: Callable[[], Differences]
) -> None:
    uris = [publication.added(seed) for seed in range(3)]

    publication.owner.delete(f"{publication.images_path}/{quote(uris[0], safe='')}")
    assert not differences()
    assert [httpx2.get(uri).status_code for uri in uris] == [404, 200, 200]

    publication.owner.delete(f"{ROOT}/{publication.id}")
    assert not differences()
    assert [httpx2.get(uri).status_code for uri in uris] == [404, 404, 404]


def test_a_publication_deleted_by_another_writer_takes_its_images_along(
    publication: Publication,
    aws: Callable[[str], Any],
    stack: Stack,
) -> None:
    uri = publication.added()

    aws("dynamodb").delete_item(
        TableName=stack.physical("PublicationsTable"),
        Key={"key": {"S": f"publication_{publication.id}"}},
    )

    assert eventually(lambda: httpx2.get(uri).status_code == 404)
    assert new_publication(publication.owner, publication.id).images() == []
