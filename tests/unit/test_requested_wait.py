"""The `Prefer` header of a generation (RFC 7240)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.wait import WAIT_SECONDS, requested_wait


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        ("", WAIT_SECONDS),
        ("respond-async", 0),
        ("RESPOND-ASYNC", 0),
        ("Respond-Async, wait=5", 0),
        ("wait=5", 5),
        ("Wait = 5", 5),
        ('wait="5"', 5),
        ("wait=5; foo=bar", 5),
        ("wait=5, wait=7", 5),
        ("handling=lenient, wait=5", 5),
        ("wait=0", 0),
        ("wait=1000000", WAIT_SECONDS),
        (f"wait={'9' * 5000}", WAIT_SECONDS),
        ("wait=-1", WAIT_SECONDS),
        ("wait=\N{SUPERSCRIPT TWO}", WAIT_SECONDS),
        ("wait", WAIT_SECONDS),
        ("no-respond-async", WAIT_SECONDS),
        ("await=5", WAIT_SECONDS),
    ],
)
def test_the_wait_is_the_preferred_one_up_to_the_maximum(prefer: str, seconds: int) -> None:
    assert requested_wait(prefer) == seconds


@given(st.text())
def test_any_header_has_a_wait(prefer: str) -> None:
    assert 0 <= requested_wait(prefer) <= WAIT_SECONDS
