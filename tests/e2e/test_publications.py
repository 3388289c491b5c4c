"""Publications on the whole stack: the contract's examples, parallel calls, cascading deletes."""

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
from tests.support.gallery import User
from tests.support.images import picture
from tests.support.publications import ROOT, Publication, call_in_threads, new_publication
from tests.support.stories import eventually


@pytest.fixture
def publication(john: User) -> Publication:
    return new_publication(john)


def test_the_examples_of_the_contract_succeed(john: User, tmp_path: Path) -> None:
    (tmp_path / "imagen.jpg").write_bytes(picture())
    publication_id = new_publication(john).id

    def curl(line: str) -> Any:
        command = line.replace("https://api.pagapoco.com", str(john.api.base_url).rstrip("/"))
        command = command.replace("tu_token_jwt", john.token).replace("/ruta/a/", "")
        command = command.replace("/publications/123/", f"/publications/{publication_id}/")
        shell = ["bash", "-c", command.replace("curl ", "curl --silent --show-error ", 1)]
        process = subprocess.run(shell, cwd=tmp_path, check=True, capture_output=True)
        return json.loads(process.stdout)

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


def test_a_regular_user_can_add_four_of_ten_images_in_parallel(publication: Publication) -> None:
    responses = call_in_threads(10, lambda seed: publication.add(picture(seed=seed)))

    assert Counter(response.status_code for response in responses) == {201: 4, 403: 6}
    totals = [
        response.json()["totalImages"] for response in responses if response.status_code == 201
    ]
    assert sorted(totals) == [1, 2, 3, 4]
    assert len(publication.images()) == 4


def test_ten_parallel_uploads_of_one_image_add_it_once(publication: Publication) -> None:
    responses = call_in_threads(10, lambda _: publication.add())

    assert Counter(response.status_code for response in responses) == {201: 1, 400: 9}
    assert len(publication.images()) == 1


def test_each_parallel_removal_reports_a_different_count(publication: Publication) -> None:
    uris = [publication.upload(seed) for seed in range(4)]

    responses = call_in_threads(
        4,
        lambda n: publication.owner.delete(f"{publication.images_path}/{quote(uris[n], safe='')}"),
    )

    assert sorted(response.json()["remainingImages"] for response in responses) == [0, 1, 2, 3]
    assert publication.images() == []


def test_an_upload_during_the_deletion_of_its_publication_leaves_no_assets(
    john: User, differences: Callable[[], Differences]
) -> None:
    for _ in range(5):
        publication = new_publication(john)

        def call(n: int, publication: Publication = publication) -> httpx2.Response:
            return publication.add() if n else john.delete(f"{ROOT}/{publication.id}")

        deleted, uploaded = call_in_threads(2, call)
        assert deleted.status_code == 200
        assert uploaded.status_code in (201, 404)
        assert john.get(publication.images_path).status_code == 404

    assert not differences()


def test_assets_are_removed_with_their_rows(
    publication: Publication, differences: Callable[[], Differences]
) -> None:
    uris = [publication.upload(seed) for seed in range(3)]

    publication.owner.delete(f"{publication.images_path}/{quote(uris[0], safe='')}")
    assert not differences()
    assert [httpx2.get(uri).status_code for uri in uris] == [404, 200, 200]

    publication.owner.delete(f"{ROOT}/{publication.id}")
    assert not differences()
    assert [httpx2.get(uri).status_code for uri in uris] == [404, 404, 404]


def test_deleting_the_row_of_a_publication_removes_its_images(
    publication: Publication,
    aws: Callable[[str], Any],
    stack: Stack,
) -> None:
    uri = publication.upload()

    aws("dynamodb").delete_item(
        TableName=stack.physical("PublicationsTable"),
        Key={"key": {"S": f"publication_{publication.id}"}},
    )

    assert eventually(lambda: httpx2.get(uri).status_code == 404)
    assert new_publication(publication.owner, publication.id).images() == []
