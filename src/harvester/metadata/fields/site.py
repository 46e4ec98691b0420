"""The name of the site."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from harvester.metadata.evidence import FieldReading, reading
from harvester.metadata.lookup import container_names as called
from harvester.metadata.lookup.page_index import bare_key, key_of
from harvester.metadata.lookup.structured_data import PageLookups, SiteLookups, leads_home
from harvester.metadata.place_trust import PlaceTrust
from harvester.models import Block
from harvester.rules.alternation import either
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.text import CJK_CHAR, fold
from harvester.urls import loose_host, loose_path, site_label

# By reading: of og:site_name 81 of 87 are right, of publishers 62 of 67, of ends of <title> 121 of 130, of the other
# metas 19 of 23, of the few places on the page all of them.
TRUST: Final = PlaceTrust(
    {"meta:og": 2.5, "json-ld": 2.4, "title": 2.5, "meta": 1.5, "header": 1.6, "copyright": 1.6, "link": 0.4}
)
MAX_SITE_CHARS: Final = 60  # longer is a slogan
BLOCKS_OF_HEADER: Final = 40  # a menu may stand before the logo; as many may follow a copyright line
MIN_HEADLINE_WORDS: Final = 5  # as long a name that the address of the page repeats is the page's, not the site's
MAX_COPYRIGHT_CHARS: Final = 160
MAX_COPYRIGHT_NAME_CHARS: Final = 40
MAX_SUFFIX_CHARS: Final = 3  # "co.uk", "com.au"
_SUFFIX_LABELS: Final = 2
TITLE_SEPARATOR: Final = re.compile(
    rf"\s*[|»‹›«•·_｜丨]\s*|\s+[-–—:]+\s+|\s*(?:--|::|——)\s*|(?<={CJK_CHAR})[-–—_](?=\S)"
)
SEPARATING_MARK: Final = re.compile(r"[|»‹›«•·_｜丨–—:-]")  # one of these is in each
# "Granite County News: Quarrymen's café to stay": a site's name before the headline, where the page repeats it.
_LEADING_NAME: Final = re.compile(r"^([^:]{3,40}):\s")
_NAME_METAS: Final = (
    "sitename",
    "site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "cre",
    "dc.publisher",
    "copyright-holder",
)
_COPYRIGHT: Final = (
    # The first mark, and what may end a name, are one class of characters each, which is asked first.
    r"(?-i:[©ⓒⒸ(cC])(?:(?<=[©ⓒ])|(?<=\()c\)|(?<=c)opyright)[\s©ⓒ]*(?:\(c\)\s*)?"
    r"(?:(?:19|20)\d{2}(?:\s*[-–—~]\s*(?:(?:19|20)\d{2}|\w+))?)?[\s,.:]*"
    r"(?:by\s+)?[«“\"]?(?P<name>[^\d\s|©«»“”\"™®.,;–—][^\d|©«»“”\"™®;–—\n]{1,60}?)"
    r"(?=[\s|»”\"™®;–—。.,]|$)(?=\s*(?:[|»”\"™®;–—。\n]|\.\s|\.$|,|$|\s-\s|\s(?:19|20)\d{2}"
)
_COPYRIGHT_MARKS: Final = ("©", "ⓒ", "opyright")
_TAIL_MARKS: Final = " -–—|»"
_MARKS: Final = " \t«»“”\"'‘’.,:™®"


def read_site(lookups: PageLookups) -> FieldReading[str] | None:
    """Return the site's name: og:site_name, the publisher of the JSON-LD, application-name, the end of <title>.

    An end of <title> counts when it names the host, or when logo, home link or copyright line repeat it; without any,
    what two of these three agree on.
    """
    path = fold(unquote(loose_path(lookups.address)))
    for value, origin in _named(lookups):
        is_headline = len(value.split()) >= MIN_HEADLINE_WORDS and key_of(value) in path
        is_name = key_of(value) not in lookups.lexicon.no_section and "://" not in value  # "Home", "Blog"
        if 0 < len(value) <= MAX_SITE_CHARS and is_name and not is_headline:
            return reading("site", value.removeprefix("@").rstrip(_TAIL_MARKS), origin)
    return None


def _named(lookups: PageLookups) -> Iterator[tuple[str, str]]:
    yield from ((name, "meta:og:site_name") for name in lookups.metas.get("og:site_name", ()))
    yield from ((name, "json-ld:publisher") for name in lookups.texts(lookups.value("publisher")))
    for node in lookups.nodes:
        if node.get("@type") == "WebSite":
            yield from ((name, "json-ld:WebSite") for name in lookups.texts(node.get("name")))
    for name in filter(lookups.metas.__contains__, _NAME_METAS):
        yield from ((value, f"meta:{name}") for value in lookups.metas[name])
    signs = tuple(_signs(lookups))
    yield from ((value, "title") for value in _title_ends(lookups, frozenset(key_of(name) for name, _ in signs)))
    yield from _agreed(signs)


def _title_ends(lookups: PageLookups, repeated: frozenset[str]) -> Iterator[str]:
    """Yield the part of <title> that names the host or is repeated on the page: "Storm hits coast | The Example"."""
    title = lookups.document.title or ""
    parts = [part.strip() for part in TITLE_SEPARATOR.split(title) if part.strip()]
    hosts = host_names(lookups.address)
    ends = [parts[-1], parts[0]] if len(parts) > 1 else []
    leading = _LEADING_NAME.match(title)
    headlines = own_headlines(lookups)
    for end in (*ends, *([leading[1]] if leading is not None else [])):
        key = key_of(end)
        if key and (key in hosts or key in repeated - headlines or bare_key(end, lookups.lexicon) in hosts):
            yield end
    if ends and names_chinese_site(ends[0], lookups.lexicon):
        yield ends[0]


def own_headlines(lookups: PageLookups) -> frozenset[str]:
    """Return, folded, the headings of the first level that are no logo: a breadcrumb ends in one."""
    blocks = lookups.document.blocks
    tops = (blocks[index] for index in lookups.page_index.tops)
    return frozenset(key_of(one.text) for one in tops if not (_is_home_link(lookups, one) or _is_called(lookups, one)))


def _signs(lookups: PageLookups) -> Iterator[tuple[str, str]]:
    """Yield what the page's furniture calls the site, with where: logo, home link, copyright line."""
    titles = frozenset(key_of(lookups.document.blocks[index].text) for index in lookups.page_index.headings)
    for image in lookups.document.images:
        if image.alt and image.block <= BLOCKS_OF_HEADER and key_of(image.alt) not in titles:
            yield image.alt, "logo"
    for index, block in enumerate(lookups.document.blocks[: BLOCKS_OF_HEADER + 1]):
        if len(block.text) <= MAX_SITE_CHARS and (_is_home_link(lookups, block) or _is_called(lookups, block)):
            yield block.text, f"header:{index}"
    for index in _copyright_lines(lookups):
        for name in copyright_names(lookups.document.blocks[index].text, lookups.lexicon):
            yield name, f"copyright:{index}"
    for index in lookups.page_index.removed_as(KindName.REPOST_NOTICE, KindName.BREADCRUMB)[:3]:
        spans = lookups.document.blocks[index].spans
        yield from ((span.text, f"link:{index}") for span in spans[:3] if span.tag == "a" and len(span.text) > 1)


def names_site(lookups: SiteLookups, block: Block) -> bool:
    """Return whether a block is in a place that names the site: its logo, or a link that leads home."""
    if _is_home_link(lookups, block) or _is_called(lookups, block):
        return True
    if not block.spans:
        return False
    whole = [span.classes for span in block.spans if span.classes and span.text == block.text]
    return any(lookups.page_index.names.of(classes) & called.SITE for classes in whole) if whole else False


def _is_home_link(lookups: PageLookups, block: Block) -> bool:
    if not block.spans or block.link_chars < len(block.text):
        return False
    links = [span for span in block.spans if span.tag == "a" and span.text]
    return len(links) == 1 and ("home" in links[0].rel.split() or leads_home(lookups, links[0].href))


def _is_called(lookups: PageLookups, block: Block) -> bool:
    said = lookups.page_index.names.own(block.element)
    return bool(said & called.SITE or (said & called.SITE_WORD and said & (called.TITLE_WORD | called.NAME_WORD)))


def _copyright_lines(lookups: PageLookups) -> Iterator[int]:
    """Yield the short lines at the page's end that claim a copyright, last first."""
    blocks, signs = lookups.document.blocks, _copyright_signs(lookups.lexicon)
    for index in range(len(blocks) - 1, max(-1, len(blocks) - BLOCKS_OF_HEADER), -1):
        text = blocks[index].text
        if len(text) <= MAX_COPYRIGHT_CHARS and any(map(text.__contains__, signs)):
            yield index


@lru_cache(maxsize=RULES_CACHED)
def _copyright_signs(lexicon: Lexicon) -> tuple[str, ...]:
    return (*_COPYRIGHT_MARKS, *lexicon.words("site.owned"))


def copyright_names(text: str, lexicon: Lexicon) -> Iterator[str]:
    """Yield the owners that a copyright line names: "© 2014 El Faro de Peñasur. Todos los derechos reservados"."""
    rights = lexicon.words("site.rights")
    claimed, owned, before = _owners(lexicon)
    is_owned = any(map(text.__contains__, lexicon.words("site.owned")))
    for match in (
        *claimed.finditer(text),
        *(owned.finditer(text) if is_owned else filter(None, (before.match(text),))),
    ):
        name = next(filter(None, match.groups()), "").strip(_MARKS)
        if 1 < len(name) <= MAX_COPYRIGHT_NAME_CHARS and not name.casefold().startswith((*rights, "www.")):
            yield name


@lru_cache(maxsize=RULES_CACHED)
def _owners(lexicon: Lexicon) -> tuple[re.Pattern[str], ...]:
    """Return what names the owner in a copyright line; the last, where no word of ownership stands behind a name.

    "© 2006 Granite County News™ – Webmaster: Cliff", "Copyright © 2009-2025 «Северный маяк». Все права".
    "新华网 版权所有".
    """
    rights, owned = either(lexicon.words("site.rights")), either(lexicon.words("site.owned"))
    forms, before = either(lexicon.company_forms), r"^(?P<first>[\w·]{2,20})\s*(?:©|&copy;|Copyright)"
    return (
        re.compile(rf"{_COPYRIGHT}|\s(?:{rights}|(?:{forms})\b)))", re.IGNORECASE),
        re.compile(rf"(?P<name>[\w·]{{2,20}}?)\s*(?:{owned})|{before}"),
        re.compile(before),
    )


def names_chinese_site(text: str, lexicon: Lexicon) -> bool:
    """Return whether a text is how Chinese sites are called: "新华网", "财经日报".

    At the end of a <title> it is the site's name, though nothing else on the page repeats it.
    """
    return bool(_chinese_site(lexicon).match(text))


@lru_cache(maxsize=RULES_CACHED)
def _chinese_site(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"^[\w.·]{{2,12}}(?:{either(lexicon.words('site.name_endings'))})$")


def _agreed(signs: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    """Yield the names that two kinds of places agree on: a logo may be a partner's, a copyright the theme's."""
    kinds: dict[str, frozenset[str]] = {}
    for name, origin in signs:
        key, kind = key_of(name), origin.split(":", 1)[0]
        kinds[key] = kinds.get(key, frozenset()) | {kind}
        if key and len(kinds[key]) > 1:
            yield name, origin


@lru_cache(maxsize=64)  # asked twice about a page
def host_names(address: str | None) -> frozenset[str]:
    """Return the ways a host writes its own name: "www.bbc.co.uk" -> bbc, bbccouk, wwwbbccouk."""
    if address is None:
        return frozenset()
    host = loose_host(address)
    labels = [label for label in host.split(".") if label != "www"]
    domain = max(labels[:-1] or labels, key=len, default="")
    # "news.bbc.co.uk": only where a suffix of two labels may end it, as the list of suffixes takes time to load
    own = site_label(host) if len(labels) > _SUFFIX_LABELS + 1 and len(labels[-2]) <= MAX_SUFFIX_CHARS else ""
    return frozenset(filter(None, map(key_of, (domain, "".join(labels), host, own))))


def names_of(lookups: PageLookups, site: FieldReading[str] | None) -> frozenset[str]:
    """Return, folded, the ways in which the site writes its own name."""
    own = {key_of(site.value), bare_key(site.value, lookups.lexicon)} if site is not None else set()
    return frozenset(filter(None, own)) | host_names(lookups.address)
