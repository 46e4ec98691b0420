"""The language of a block, by script and frequent words, and the languages of a page.

Fast rather than deep: a script that one language writes settles it, otherwise the frequent words of the
first letters vote. The page's own `lang` decides only where the text does not contradict it.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from harvester.metadata.evidence import FieldReading, evidence
from harvester.metadata.language_tags import as_page_says, normal_tag
from harvester.metadata.lookup.page_index import MIN_PROSE_LETTERS, Prose
from harvester.metadata.place_trust import PlaceTrust
from harvester.metadata.sister_languages import alike, latin_tag, told_apart
from harvester.models import Block, Document, Kept, Part, Removed, Role
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.text import CJK, may_hold_cjk

SAMPLE_CHARS: Final = 160  # about 28 words: hardly a block in a thousand is told otherwise by 200
MIN_CHARS: Final = 3  # fewer Latin letters say nothing
SCRIPT_CHARS: Final = 48  # a block that starts in one script seldom goes on in another
OWN_WORDS: Final = 3  # words that only the page's language has among its frequent ones: nothing else need be asked
_HINTS_CACHED: Final = 64  # tags of pages
CJK_WEIGHT: Final = 2.5  # one Han character says about as much as two and a half letters
MIN_SCORE: Final = 1.0  # one frequent word of one language only, or several shared ones
MIN_LEAD: Final = 1.25  # the first language must lead the second by a quarter, else the page's hint decides
MIN_VOTE: Final = 2.0  # of frequent words that overrule the page's own tag where the letters do not tell
MIN_OF_LARGE: Final = 0.5  # of a large language's votes: enough for a small one that the page says it is in
MIN_AGAINST: Final = 2.5  # times the votes of the page's own tag
MIN_SHARE: Final = 0.1
MIN_BLOCKS: Final = 2
# One long paragraph in another script is no quotation but a translated part, as on bilingual initiative pages.
MIN_FOREIGN_WEIGHT: Final = 200.0

# Said by what it is not, as `text.CJK_CHAR` is: letters of Latin script, marks of print, symbols, half surrogate pairs.
_NOT_LATIN: Final = re.compile(
    r"[^\x00-\u036f\u1e00-\u1eff\u2000-\u2bff\u2e00-\u3040\ud800-\uf8ff\ufb00-\ufb1c\ufe00-\ufe6f\uff00-\uff65"
    r"\uffdd-\U0010ffff]"
)
_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
ADDRESS: Final = re.compile(r"\S+(?:://|@)\S*")

# The last character of each range, ascending, with the script of the range (ISO 15924).
_RANGES: Final = (
    (0x03FF, "Grek"),
    (0x052F, "Cyrl"),
    (0x058F, "Armn"),
    (0x05FF, "Hebr"),
    (0x077F, "Arab"),
    (0x07BF, "Thaa"),
    (0x08FF, "Arab"),
    (0x097F, "Deva"),
    (0x09FF, "Beng"),
    (0x0A7F, "Guru"),
    (0x0AFF, "Gujr"),
    (0x0B7F, "Orya"),
    (0x0BFF, "Taml"),
    (0x0C7F, "Telu"),
    (0x0CFF, "Knda"),
    (0x0D7F, "Mlym"),
    (0x0DFF, "Sinh"),
    (0x0E7F, "Thai"),
    (0x0EFF, "Laoo"),
    (0x0FFF, "Tibt"),
    (0x109F, "Mymr"),
    (0x10FF, "Geor"),
    (0x11FF, "Hang"),
    (0x139F, "Ethi"),
    (0x177F, "Cher"),
    (0x17FF, "Khmr"),
    (0x18AF, "Mong"),
    (0x19FF, "Khmr"),
    (0x1DFF, "Grek"),
    (0x1FFF, "Grek"),
    (0x2DFF, "Cyrl"),
    (0x30FF, "Kana"),
    (0x318F, "Hang"),
    (0x31FF, "Kana"),
    (0x9FFF, "Hani"),
    (0xD7FF, "Hang"),
    (0xFAFF, "Hani"),
    (0xFEFF, "Arab"),
    (0xFF9F, "Kana"),
    (0xFFFF, "Hang"),
)
_LATIN_SCRIPT: Final = "Latn"
# How often the first is the language of the truth.
TRUST: Final = PlaceTrust(
    {
        "blocks, html:lang": 5.3,  # the page says the same of itself
        "blocks": 1.9,
        "html": 1.9,  # of a page without prose
    }
)
# As the languages themselves.
ORDER_TRUST: Final = PlaceTrust({"blocks": 1.9})
SMALL_SHARE: Final = 0.8  # of a word's weight that a language of fewer pages has


def read_languages(
    document: Document, kept: Iterable[int], prose: Mapping[str, Prose] | None, lexicon: Lexicon
) -> FieldReading[tuple[str, ...]] | None:
    """Return the languages of the page's prose, most used first; the page's `lang` when it has no prose.

    A language counts when it has a tenth of the prose, two blocks of it, or a long paragraph in a script of its own.
    `kept` are the indices of the article's blocks, `prose` what is known of them already.
    """
    hint = normal_tag(document.lang)
    each = prose or _weighed(_prose(document.blocks, kept), hint, lexicon)
    not_latin = not_latin_languages(lexicon)
    long = {tag for tag, (_, _, longest) in each.items() if longest >= MIN_FOREIGN_WEIGHT and tag in not_latin}
    counts = {tag: count for tag, (_, count, _) in each.items()}
    found = _merge_chinese({tag: weight for tag, (weight, _, _) in each.items()})
    weights = _told_apart(found, document.blocks, kept, hint, lexicon)
    tags = tuple(tag for tag in _by_weight(weights) if _counts(tag, weights, counts, long))
    if tags:
        tags = tuple(as_page_says(tag, document.lang) for tag in tags)
        own = as_page_says(hint, document.lang) if hint is not None else None
        agrees = own is not None and own.split("-", 1)[0] == tags[0].split("-", 1)[0]
        return FieldReading(
            tags, (evidence("languages", ", ".join(tags), "blocks, html:lang" if agrees else "blocks"),)
        )
    return FieldReading((hint,), (evidence("languages", hint, "html:lang"),)) if hint else None


def _weighed(blocks: Iterable[Block], hint: str | None, lexicon: Lexicon) -> Mapping[str, Prose]:
    """Return the prose among `blocks` by language, Han counted by `CJK_WEIGHT`."""
    each: dict[str, Prose] = {}
    for block in blocks:
        weight = prose_weight(block.text)
        if weight < MIN_PROSE_LETTERS:
            continue
        tag = block.lang or block_language(block.text, hint, lexicon)
        if tag is not None:
            known, count, longest = each.get(tag, (0.0, 0, 0.0))
            each[tag] = known + weight, count + 1, max(longest, weight)
    return each


def read_order(
    document: Document, kept: Iterable[int], languages: tuple[str, ...], lexicon: Lexicon
) -> FieldReading[tuple[str, ...]] | None:
    """Return the languages of a bilingual text in the order in which their parts begin; None for one language."""
    if len(languages) < 2:
        return None
    begun: dict[str, None] = {}
    blocks, hint = tuple(_prose(document.blocks, kept)), normal_tag(document.lang)
    for block in blocks:
        if prose_weight(block.text) >= MIN_PROSE_LETTERS:
            tag = block.lang or block_language(block.text, hint, lexicon) or ""
            begun.setdefault(as_page_says(told_apart(tag, blocks, hint, lexicon), document.lang))
    order = tuple(tag for tag in begun if tag in languages)
    return FieldReading(order, (evidence("reading_order", ", ".join(order), "blocks"),)) if len(order) > 1 else None


def _prose(blocks: tuple[Block, ...], kept: Iterable[int]) -> Iterator[Block]:
    """Yield what may be article text: kept text where the blocks are judged, else all running text."""
    of_article, caption = map(blocks.__getitem__, kept), Part.CAPTION
    text = [one for one in of_article if type(told := one.verdict) is Kept and told.part is not caption]
    yield from text
    prose = (Role.PARAGRAPH, Role.QUOTE, Role.LIST_ITEM)
    for block in blocks if not text else ():
        if not isinstance(block.verdict, Removed) and block.role in prose and block.link_chars * 2 < len(block.text):
            yield block


def _by_weight(weights: Mapping[str, float]) -> list[str]:
    return sorted(weights, key=lambda tag: (-weights[tag], tag))


def _counts(tag: str, weights: Mapping[str, float], counts: Mapping[str, int], long: Collection[str]) -> bool:
    return weights[tag] >= MIN_SHARE * sum(weights.values()) or counts[tag] >= MIN_BLOCKS or tag in long


def _told_apart(
    weights: Mapping[str, float], blocks: tuple[Block, ...], kept: Iterable[int], hint: str | None, lexicon: Lexicon
) -> Mapping[str, float]:
    """Return the weights by language, those of a language that is its sister's by its words as that one's."""
    apart: dict[str, float] = {}
    for tag, weight in weights.items():
        own = told_apart(tag, _prose(blocks, kept), hint, lexicon)
        apart[own] = apart.get(own, 0.0) + weight
    return apart


def _merge_chinese(weights: Mapping[str, float]) -> Mapping[str, float]:
    """Give the blocks without a character typical of a script to the script of the others."""
    known = [tag for tag in ("zh-Hans", "zh-Hant") if tag in weights]
    if "zh" not in weights or not known:
        return weights
    target = max(known, key=lambda tag: weights[tag])
    merged = {tag: weight for tag, weight in weights.items() if tag != "zh"}
    return merged | {target: merged[target] + weights["zh"]}


def prose_weight(text: str) -> float:
    """Return the length of `text` in letters, where a Han character, kana or syllable counts for several."""
    if not may_hold_cjk(text[:SAMPLE_CHARS]):
        return float(len(text))
    dense = len(CJK.findall(text, 0, SAMPLE_CHARS))
    share = dense / min(len(text), SAMPLE_CHARS)
    return len(text) * (1.0 + share * (CJK_WEIGHT - 1.0))


def block_language(text: str, hint: str | None, lexicon: Lexicon) -> str | None:
    """Return the BCP 47 tag of `text` ("en", "zh-Hans"), or None when neither it nor `hint` shows one.

    `hint` is the page's `lang` attribute as written; it settles short texts whose script fits it.
    """
    sample = text[:SAMPLE_CHARS]
    if len(text) > SAMPLE_CHARS:
        sample = sample.rpartition(" ")[0] or sample  # a word cut in two may be a word of another language
    return _sample_language(sample, normal_tag(hint), lexicon)


@lru_cache(maxsize=16384)  # menus, labels and buttons are the same on every page of a site
def _sample_language(sample: str, hint: str | None, lexicon: Lexicon) -> str | None:
    if len(sample) < MIN_CHARS and sample.isascii():
        return hint if _LATIN.search(sample) and latin_tag(hint, lexicon) is not None else None
    foreign = () if sample.isascii() else _NOT_LATIN.findall(sample, 0, SCRIPT_CHARS)
    if foreign:
        script, weight = _main_script(foreign)
        if weight > len(_LATIN.findall(sample, 0, SCRIPT_CHARS)):
            return _language_of_script(script, sample, hint, lexicon)
    own = latin_tag(hint, lexicon)
    found = _latin_language(sample, own, lexicon)
    return hint if own != hint and found in alike(hint, lexicon) else found


def _main_script(chars: Iterable[str]) -> tuple[str, float]:
    """Return the script most of `chars` are written in, and how much they all weigh in letters."""
    counts = Counter(map(_script, chars))
    dense = counts["Hani"] + counts["Kana"] + counts["Hang"]
    weight = sum(counts.values()) + dense * (CJK_WEIGHT - 1.0)
    if counts["Kana"] * 12 > counts["Hani"] and counts["Kana"] > counts["Hang"]:
        return "Kana", weight  # Japanese prose is half Han characters
    return max(counts, key=lambda script: counts[script]), weight


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    code = ord(char)
    return next(script for last, script in _RANGES if code <= last)


def _language_of_script(script: str, sample: str, hint: str | None, lexicon: Lexicon) -> str | None:
    if script == "Kana":
        return "ja"
    if script == "Hani":
        return _chinese(sample, hint, lexicon)
    members = _languages_of(script, lexicon)
    if len(members) > 1:
        return _by_letters(script, sample, hint, lexicon)
    return members[0] if members else hint


@lru_cache(maxsize=128)
def _languages_of(script: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the languages written in a script, the likeliest first."""
    known = lexicon.languages.values()
    return tuple(
        one.tag for one in sorted(known, key=lambda one: (not one.is_default, one.tag)) if one.script == script
    )


def _by_letters(script: str, sample: str, hint: str | None, lexicon: Lexicon) -> str:
    """Tell the languages of one alphabet apart: by the letters that not all of them write, then by frequent words.

    The page's own tag settles what is left; that is most of what is short.
    """
    members = _languages_of(script, lexicon)
    special = _special_letters(script, lexicon).intersection(sample)
    fit = {tag: _fit(special, lexicon.languages[tag].letters) for tag in members}
    best = max(fit.values())
    left = tuple(tag for tag in members if fit[tag] == best)
    if len(left) == 1:
        return left[0]
    votes = _votes(_words(sample), lexicon)
    first, *rest = sorted(left, key=lambda tag: (-votes.get(tag, 0.0), tag != hint, members.index(tag)))
    clear = votes.get(first, 0.0) >= MIN_VOTE and votes.get(first, 0.0) >= MIN_LEAD * votes.get(rest[0], 0.0)
    if hint in left and not clear:
        return str(hint)
    return first if votes.get(first) else left[0]


@lru_cache(maxsize=128)
def _special_letters(script: str, lexicon: Lexicon) -> frozenset[str]:
    """Return the letters of a script that only some of its languages write."""
    return frozenset().union(*(lexicon.languages[tag].letters for tag in _languages_of(script, lexicon)))


def _fit(special: frozenset[str], letters: frozenset[str]) -> int:
    """Return how well a language's letters fit those met: a foreign name may hold a stray one."""
    return len(special & letters) - len(special - letters)


@lru_cache(maxsize=RULES_CACHED)
def not_latin_languages(lexicon: Lexicon) -> frozenset[str]:
    """Return the tags of the languages that are written in other letters."""
    return frozenset(one.tag for one in lexicon.languages.values() if one.script != _LATIN_SCRIPT) | {"zh"}


def _chinese(sample: str, hint: str | None, lexicon: Lexicon) -> str:
    """Return "zh-Hans", "zh-Hant", "zh" when no character decides, or "ja" for a short title on a Japanese page."""
    words = lexicon
    letters = set(sample)
    simplified = len(letters & words.simplified)
    traditional = len(letters & words.traditional)
    if hint == "ja" and simplified <= traditional:
        return "ja"
    if simplified != traditional:
        return "zh-Hans" if simplified > traditional else "zh-Hant"
    return hint if hint is not None and hint.startswith("zh") else "zh"


def _latin_language(sample: str, hint: str | None, lexicon: Lexicon) -> str | None:
    """Return the language of a text in Latin letters; `hint` is written in them."""
    words = _words(sample)
    if hint is not None and len(words & _own_words(lexicon, hint)) >= OWN_WORDS:
        return hint
    votes = _votes(words, lexicon)
    if not votes:
        return hint if _LATIN.search(sample) else None
    first, *rest = sorted(votes, key=lambda tag: (-votes[tag], tag != hint, tag))
    if _is_small(hint, lexicon) and votes.get(hint or "", 0.0) >= MIN_OF_LARGE * votes[first]:
        return hint  # Afrikaans shares its words with Dutch, Malay with Indonesian
    lead = votes[first] / votes[rest[0]] if rest else MIN_LEAD
    if votes[first] >= MIN_SCORE and lead >= MIN_LEAD:
        return first
    if votes[first] >= MIN_VOTE and MIN_AGAINST * votes.get(hint or "", 0.0) < votes[first]:
        return first  # it is not the page's own, and may be one of two that are much alike
    return hint or (first if votes[first] >= MIN_SCORE else None)


def _is_small(tag: str | None, lexicon: Lexicon) -> bool:
    language = lexicon.languages.get(tag or "")
    return language is not None and not language.is_large


def _words(sample: str) -> frozenset[str]:
    """Return the words that are between blanks; a word with a mark beside it is not worth the time."""
    if "://" in sample or "@" in sample:
        sample = ADDRESS.sub(" ", sample)
    return frozenset(sample.lower().split())


def _votes(words: frozenset[str], lexicon: Lexicon) -> dict[str, float]:
    """Return the score of each language whose frequent words are in `words`; a shared word counts by its share."""
    index = word_index(lexicon)
    votes: dict[str, float] = {}
    for word in sorted(words & index.keys()):  # floats add up alike in every process
        for tag, share in index[word]:
            votes[tag] = votes.get(tag, 0.0) + share
    return votes


@lru_cache(maxsize=RULES_CACHED)
def word_index(lexicon: Lexicon) -> Mapping[str, tuple[tuple[str, float], ...]]:
    """Return, per frequent word, the languages that have it and how far it speaks for each.

    The root keeps shared words useful: "de la" must still mean Romance, and not English. A small language's word counts
    less for it than a large one's, and takes nothing from that: else Galician would make Spanish unsure.
    """
    languages: dict[str, list[str]] = {}
    for one in lexicon.languages.values():
        for word in dict.fromkeys(one.frequent):
            languages.setdefault(word, []).append(one.tag)
    return {word: tuple((tag, _share(tag, tags, lexicon)) for tag in tags) for word, tags in languages.items()}


def _share(tag: str, tags: Collection[str], lexicon: Lexicon) -> float:
    known = lexicon.languages
    large = sum(known[other].is_large for other in tags)
    return 1 / math.sqrt(large) if known[tag].is_large else SMALL_SHARE / math.sqrt(large + 1)


@lru_cache(maxsize=_HINTS_CACHED)
def _own_words(lexicon: Lexicon, tag: str) -> frozenset[str]:
    """Return the frequent words that a language shares with no other; none of one that is not known."""
    index, language = word_index(lexicon), lexicon.languages.get(tag)
    return frozenset(word for word in (language.frequent if language else ()) if len(index[word]) == 1)
