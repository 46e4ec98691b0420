"""What an HTML tag means for the reading of a page (HTML Living Standard, section 15, rendering)."""

from typing import Final

# Never read as text. <svg>: drawings and icon titles. <rt>: the reading of a character, printed above it; in the line
# it would tear the word apart. <noscript> is hidden, not unseen: it holds the images that a script loads late.
UNSEEN: Final = frozenset(
    "script style template head title meta link base input svg canvas iframe object embed applet "
    "param video audio source track map area datalist noframes noembed frameset rp rt rtc".split()
)

# Rendered as boxes of their own: text before and after does not run on.
BLOCK: Final = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form frame h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup "
    "option p plaintext pre search section select summary table caption colgroup thead tbody tfoot tr td th "
    "textarea ul xmp".split()
)

HEADINGS: Final = {f"h{n}": n for n in range(1, 7)}
CONTROLS: Final = frozenset({"button", "select", "option", "optgroup", "textarea", "legend"})
CAPTIONS: Final = frozenset({"figcaption", "caption"})
QUOTES: Final = frozenset({"blockquote"})
FIGURES: Final = frozenset({"figure"})
PREFORMATTED: Final = frozenset({"pre", "listing", "xmp", "plaintext", "textarea"})
ITEMS: Final = frozenset({"li", "dt", "dd"})
CELLS: Final = frozenset({"td", "th"})
# Text runs on in these, with inline elements in it.
RUNNING: Final = frozenset("p li dd dt td th blockquote figcaption caption".split())
# What stands in one of these is a part of its sentence.
PHRASE_HOLDERS: Final = frozenset("p h1 h2 h3 h4 h5 h6".split())
LISTS: Final = frozenset({"ul", "ol", "dl", "menu", "dir"})
# What stands in one belongs to an article, as far as tags tell.
ARTICLES: Final = frozenset({"article", "main", "figure"})
STRONG: Final = frozenset({"b", "strong"})
IMAGES: Final = frozenset({"img", "amp-img"})


def is_block(tag: str) -> bool:
    """Return whether `tag` breaks the line; custom elements hold widgets, so they do."""
    return tag in BLOCK or "-" in tag


# Without content and end tag (HTML Living Standard, 13.1.2 and, of old, 13.3).
VOID: Final = frozenset(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr".split()
)
