"""Single JSON lines, for programs that read along."""

from collections.abc import Mapping

import msgspec

from harvester.storable import storable
from harvester.store.articles import LINE_BREAKERS


def json_line(fields: Mapping[str, object]) -> str:
    """Return the fields as one line of JSON with its newline; what no JSON holds is replaced."""
    line = msgspec.json.encode(storable(dict(fields)))
    for character, escape in LINE_BREAKERS:
        line = line.replace(character, escape)
    return line.decode() + "\n"
