"""Single JSON lines, for programs that read along."""

from collections.abc import Mapping

import msgspec

from harvester.store.articles import LINE_BREAKERS


def json_line(fields: Mapping[str, object]) -> str:
    """Return the fields as one line of JSON with its newline; half a surrogate pair becomes U+FFFD."""
    plain = {name: _whole(value) for name, value in fields.items()}
    line = msgspec.json.encode(plain)
    for character, escape in LINE_BREAKERS:
        line = line.replace(character, escape)
    return line.decode() + "\n"


def _whole(value: object) -> object:
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value
