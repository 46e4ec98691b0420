"""Single JSON lines, for programs that read along."""

from collections.abc import Mapping

import msgspec

from harvester.store.articles import LINE_BREAKERS


def json_line(fields: Mapping[str, object]) -> str:
    """Return the fields as one line of JSON with its newline; half a surrogate pair becomes U+FFFD."""
    plain = {name: whole(value) if isinstance(value, str) else value for name, value in fields.items()}
    line = msgspec.json.encode(plain)
    for character, escape in LINE_BREAKERS:
        line = line.replace(character, escape)
    return line.decode() + "\n"


def whole(text: str) -> str:
    """Return text with U+FFFD for each half of a surrogate pair, which no UTF-8 holds."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
