"""Media types of requests and of their parts (RFC 9110, section 8.3.1)."""

from dataclasses import dataclass

from python_multipart.multipart import parse_options_header

FORM = "multipart/form-data"
BYTES = "application/octet-stream"


@dataclass(frozen=True)
class MediaType:
    """`essence` is `type/subtype` in lower case, and empty if a header declares no type."""

    essence: str
    parameters: dict[str, str]

    @classmethod
    def parse(cls, value: str) -> "MediaType":
        # A JSON body may declare a type with any characters; such a type equals no other.
        essence, parameters = parse_options_header(value.encode("latin-1", "replace"))
        return cls(
            essence.decode("latin-1"),
            {name.decode("latin-1"): text.decode("latin-1") for name, text in parameters.items()},
        )

    @property
    def is_image(self) -> bool:
        return self.essence.startswith("image/")

    @property
    def is_json(self) -> bool:
        return self.essence == "application/json" or (
            self.essence.startswith("application/") and self.essence.endswith("+json")
        )
