"""A pending ledger row is settled, or deleted so that the outbox deletes its assets."""

import pytest
from pynamodb.exceptions import TransactWriteError

from darkroom.models import ledger_row
from darkroom.models.ledger_row import LedgerRow
from darkroom.models.operations import commit, is_condition_failure

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture
def expired(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_row, "EXPIRY", -ledger_row.EXPIRY)


def test_a_pending_row_names_its_assets() -> None:
    upload = LedgerRow.begin("s3", ["a", "b"])

    row = LedgerRow.get(upload.upload_id)
    assert row.store == "s3"
    assert [image.public_id for image in row.images] == ["a", "b"]


def test_a_settled_row_names_no_assets_and_expires() -> None:
    upload = LedgerRow.begin("s3", ["a"])

    commit(upload.settle)

    row = LedgerRow.get(upload.upload_id)
    assert row.images is None
    assert row.delete_after is not None


def test_a_settled_row_is_not_abandoned() -> None:
    upload = LedgerRow.begin("s3", ["a"])
    commit(upload.settle)

    upload.abandon()

    assert LedgerRow.count(upload.upload_id) == 1


def test_an_abandoned_row_is_deleted_and_cannot_be_settled() -> None:
    upload = LedgerRow.begin("s3", ["a"])
    upload.abandon()

    with pytest.raises(TransactWriteError) as raised:
        commit(upload.settle)

    assert is_condition_failure(raised.value)
    assert LedgerRow.count(upload.upload_id) == 0


def test_a_row_can_be_abandoned_twice() -> None:
    upload = LedgerRow.begin("s3", ["a"])

    upload.abandon()
    upload.abandon()


def test_a_new_pending_row_has_not_expired() -> None:
    LedgerRow.begin("s3", ["a"])

    assert list(LedgerRow.expired()) == []


@pytest.mark.usefixtures("expired")
def test_only_pending_rows_expire() -> None:
    pending, settled = LedgerRow.begin("s3", ["a"]), LedgerRow.begin("s3", ["b"])
    commit(settled.settle)

    assert [upload.upload_id for upload in LedgerRow.expired()] == [pending.upload_id]
