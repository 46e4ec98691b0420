"""Lines that say under which section and which tags a text is filed, with a label before the links of each."""

from typing import Final, NamedTuple

from harvester.models import Block
from harvester.rules.lexicon import Lexicon

MAX_FILED_CHARS: Final = 300
_EDGES: Final = " \t\n\xa0·•|/:：,，、;.–—-()"


class Filed(NamedTuple):
    """The links of a line: "Filed under: Sport · Tagged with harbour, storm"."""

    sections: tuple[str, ...]
    tags: tuple[str, ...]


def filed_links(block: Block, lexicon: Lexicon) -> Filed:
    """Return the links behind a label of sections and behind one of tags; a link behind other words is neither."""
    sections: list[str] = []
    tags: list[str] = []
    into: list[str] | None = None
    end = 0
    links = [span.text for span in block.spans if span.tag == "a" and span.text]
    for link in links if len(block.text) <= MAX_FILED_CHARS else ():
        start = block.text.find(link, end)
        if start < 0:  # a link in a link
            continue
        said = block.text[end:start].strip(_EDGES).casefold()
        if said in lexicon.words("site.section_labels"):
            into = sections
        elif said in lexicon.tag_labels:
            into = tags
        elif said and said not in lexicon.words("people.and"):
            into = None
        if into is not None:
            into.append(link)
        end = start + len(link)
    return Filed(tuple(sections), tuple(tags))
