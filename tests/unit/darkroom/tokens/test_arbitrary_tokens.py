"""Verification of arbitrary input raises nothing but `UnauthorizedError`."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.tokens import base64url, claims, signing_input, token

# isort: split
from darkroom.errors import UnauthorizedError
from darkroom.tokens import verification
from tests.unit.darkroom.tokens.conftest import is_rejected

RS256 = {"alg": "RS256", "kid": "first"}
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.text(max_size=200))
def test_any_text_is_rejected(text: str) -> None:
    assert is_rejected(text)


@given(st.text("ab.=-_ \ud800é\0", max_size=40))
def test_text_that_resembles_a_token_is_rejected(text: str) -> None:
    assert is_rejected(text)


@given(ANY_JSON, ANY_JSON, st.binary(max_size=260))
def test_any_unsigned_json_is_rejected(header: object, payload: object, signature: bytes) -> None:
    assert is_rejected(f"{signing_input(header, payload)}.{base64url(signature)}")


@given(st.sampled_from(["typ", "kid", "crit", "b64", "cty", "alg"]), ANY_JSON)
def test_any_header_raises_only_unauthorized(name: str, value: object) -> None:
    try:
        verification.verify(token(claims(), header={**RS256, name: value}, signer="first"))
    except UnauthorizedError:
        return
    assert name in ("typ", "crit", "b64", "cty")


@given(st.sampled_from([*claims(), "cognito:groups", "nbf", "aud"]), ANY_JSON)
def test_any_claim_raises_only_unauthorized(name: str, value: object) -> None:
    try:
        result = verification.verify(token({**claims(), name: value}))
    except UnauthorizedError:
        return
    assert result.sub and result.username and type(result.expires_at) is int
    assert all(isinstance(group, str) for group in result.groups)
