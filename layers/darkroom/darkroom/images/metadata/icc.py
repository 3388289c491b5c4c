"""ICC profiles, which define the colours of an image."""

_HEADER_SIZE = 128


def trim_profile(profile: bytes) -> bytes:
    """The profile without data after its end, or nothing if it is not a profile."""
    size = int.from_bytes(profile[:4])
    is_profile = profile[36:40] == b"acsp" and _HEADER_SIZE <= size <= len(profile)
    return profile[:size] if is_profile else b""
