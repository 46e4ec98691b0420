"""Who wrote the article, by a vote of all places that name somebody; and which organisations they name.

People, as printed, in order: no agencies, desks, roles, e-mails or dates. Organisations are apart.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Final

from harvester.metadata.evidence import FieldReading, evidence, value_of
from harvester.metadata.lookup.byline_places import read_placed_bylines
from harvester.metadata.lookup.bylines import Byline, read_bylines
from harvester.metadata.lookup.far_bylines import read_far_bylines
from harvester.metadata.lookup.json_ld import types_of
from harvester.metadata.lookup.page_index import key_of
from harvester.metadata.lookup.person_names import unique_names
from harvester.metadata.lookup.person_test import is_site, looks_like_login, looks_like_person, without_title
from harvester.metadata.lookup.regions import BLOCKS_AFTER
from harvester.metadata.lookup.story_cards import is_below_quotation, is_of_story
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.metadata.place_trust import PlaceTrust
from harvester.metadata.vote import Candidate, Doubt, Vote, hold_vote, merge
from harvester.rules.alternation import either
from harvester.rules.lexicon import RULES_CACHED, Lexicon

# By conditional logit on the pages that were developed on, in five folds by domain, then rounded and filled by hand
# where a sign is rare. A place that names the same people adds its weight, so agreement wins.
WEIGHTS: Final = {
    "json-ld": 2.3,  # schema.org's author; holds editors and photographers now and then
    "json-ld creator": 0.0,
    "marked": 1.9,  # rel, itemprop or a link to a profile, beside the headline
    "dated line": 1.3,  # a label, one name and a day on one line: "Posted by jane on 3 May 2020"
    "labelled": 1.5,  # "By Jane Doe", beside the headline
    "meta author": 1.1,  # as often the site's owner
    "meta article:author": 1.1,
    "other meta": 0.6,
    "twitter": 0.3,  # repeats meta author
    "class": 0.4,  # a class that says author, or holds a role, a biography, a commenter
    "ruled": 0.4,  # a name alone in a place that a rule calls a byline
    "bare": 0.2,  # a name and a date beside the headline
    "alone": 0.0,  # asked when nobody is named otherwise
    "only": 1.9,  # the markup of the whole page calls nobody else an author
    "elsewhere": 0.0,
    "holds a record": 0.8,  # all people of a record, and more: records often know only the first
    "goes on after a record": 1.3,  # a labelled or marked line that begins with all people of a record
    "no name's form": -0.8,
    "account": -1.0,  # "andrew.keaveney" waits for a name that is printed
    "account of records": -1.5,  # which the page prints nowhere: who uploaded it
    "first of many": 1.5,  # who began a thread: those who answer follow
    "side by side": 0.8,  # names of blocks that follow each other, each in a place of one kind
    "beside a day": 0.2,  # a name alone on its line, a day above or below it
    "thread": 2.5,  # the account of a thread's first post
    "far": -4.0,  # from the headline, where others stand near: the byline of another article
    "later": -1.0,  # another place of this kind stands nearer to the headline
}
# Of what is trusted less, every second is somebody else, who answers or is written about. On domains held out, 0.4 gave
# 0.4 points more of right authors and 0.8 more of wrong ones: a wrong name is worse than none.
DOUBT: Final = Doubt(nothing=-0.5, least=0.5)
MIN_LETTERS: Final = 3  # of a site's short name in capitals
MAX_AUTHORS: Final = 20
MAX_BODIES: Final = 5
MANY: Final = 3
MAX_FAR: Final = 200  # bylines far from the headline that are looked at: lists have one an entry

# Where no vote is held: whom the site is named after.
TRUST: Final = PlaceTrust({"site": 3.9, "json-ld": 1.9, "meta": 1.9})
# Read: of the records 22 of 24 are right, of the lines 7 of 11: some hold a name as well.
BODIES_TRUST: Final = PlaceTrust(
    {
        "json-ld": 1.8,
        "meta": 2.8,
        "block": 0.4,
    }
)
People = tuple[str, ...]


def read_authors(lookups: ArticleLookups) -> tuple[FieldReading[People] | None, FieldReading[People] | None]:
    """Return the people who wrote the article, in the order of the page, and the organisations that bylines name."""
    sites = _sites(lookups)
    single = _own(read_bylines(lookups), lookups)
    said = (*single, *_own(read_placed_bylines(lookups, single), lookups))
    near = tuple(_without_sites(byline, sites, lookups.lexicon) for byline in said)
    near = tuple(_without_strangers(near, lookups.headline))
    bylines = near
    vote = _hold_vote(author_candidates(near, lookups.lexicon, lookups.headline))
    if vote is None or not vote.is_trusted:  # a place far from the headline may say it again, and surely
        far = _own(islice(read_far_bylines(lookups), MAX_FAR), lookups)
        bylines = (*near, *(_without_sites(byline, sites, lookups.lexicon) for byline in far))
        vote = _hold_vote(author_candidates(bylines, lookups.lexicon, lookups.headline))
    bodies = _bodies(bylines, vote.best.value if vote is not None and vote.is_trusted else ())
    if vote is not None:
        return FieldReading(vote.best.value if vote.is_trusted else (), vote.evidence), bodies
    namesake = _namesake(said, lookups)
    return (namesake, None) if namesake is not None else (None, bodies)


def _hold_vote(candidates: tuple[Candidate[People], ...]) -> Vote[People] | None:
    """Return the vote; a place that names some of the chosen people, or others with them, does not contradict."""
    vote = hold_vote("authors", candidates, WEIGHTS, DOUBT)
    if vote is None or vote.is_trusted:
        return vote
    best = set(vote.best.key.split("|"))
    others = tuple(one for one in candidates if one is vote.best or not _agree(best, set(one.key.split("|"))))
    return hold_vote("authors", others, WEIGHTS, DOUBT)


def _agree(some: set[str], others: set[str]) -> bool:
    return some <= others or others <= some


def author_candidates(
    bylines: Iterable[Byline], lexicon: Lexicon, headline: int | None = None
) -> tuple[Candidate[People], ...]:
    """Return the sets of people that bylines name, with what speaks for each."""
    people = [one for one in bylines if one.people]
    if not people:
        return ()
    people.sort(key=lambda one: all(map(looks_like_login, one.people)))  # names before accounts
    nearest = _nearest(people, headline or 0)
    merged = merge([_candidate(one, nearest, lexicon) for one in people])
    merged = tuple([_with_members(one, merged) for one in merged])
    recorded = [set(one.key.split("|")) for one in merged if one.signs.keys() & _RECORDS]
    far = {one.key for one in merged if headline is not None and _is_far(one, headline)}
    far = far if len(far) < len(merged) else set()  # where nobody is named near, who is named far may be meant
    compared = tuple([_compared(one, recorded, one.key in far, lexicon) for one in merged])
    named = recorded or any("other meta" in one.signs for one in merged)
    first = None if named else _first_of_many(one for one in compared if one.key not in far)
    return (
        compared if first is None else tuple(_signed(one, "first of many") if one is first else one for one in compared)
    )


def _first_of(one: Candidate[People], lexicon: Lexicon) -> set[str]:
    return {_name_key(one.value[0], lexicon)}


def _is_far(one: Candidate[People], headline: int) -> bool:
    """Return whether all places that name somebody are farther from the headline than a byline is."""
    blocks = _blocks(one.origin)
    is_far = bool(blocks) and all(abs(at - headline) > BLOCKS_AFTER for at in blocks)
    return is_far and one.signs.keys().isdisjoint(_ASKED_LAST) and one.signs.keys().isdisjoint(_RECORDS)


def _with_members(row: Candidate[People], others: Iterable[Candidate[People]]) -> Candidate[People]:
    """Return a row of names with the signs of each of them: what speaks for one speaks for all."""
    if "side by side" not in row.signs:
        return row
    members = (one.signs for one in others if set(one.key.split("|")) < set(row.key.split("|")))
    signs = {name: strength for one in members for name, strength in one.items() if name != "later"}
    return row._replace(signs={**signs, **row.signs})


def _first_of_many(candidates: Iterable[Candidate[People]]) -> Candidate[People] | None:
    """Return the first of those whom only markup and containers of authors name, where there are many: a thread's."""
    called = [one for one in candidates if one.signs.keys() & _CALLED and one.origin.startswith("block:")]
    first = min(called, key=lambda one: _blocks(one.origin)[0]) if len(called) >= MANY else None
    return None if first is not None and any(_is_row(one, first, called) for one in called) else first


def _is_row(row: Candidate[People], first: Candidate[People], called: Iterable[Candidate[People]]) -> bool:
    """Return whether somebody begins a row of names that are all there are, or that are all printed again below."""
    if "side by side" not in row.signs or first.value[0] not in row.value:
        return False
    members = [one for one in called if len(one.value) == 1 and one.value[0] in row.value]
    places = sorted(_blocks(one.origin)[0] for one in members)
    is_all = all(set(one.value) <= set(row.value) for one in called)
    if is_all and places == list(range(places[0], places[0] + len(row.value))):
        return True
    return all(len(set(_blocks(one.origin))) > 1 for one in members)


def _signed(one: Candidate[People], sign: str) -> Candidate[People]:
    return Candidate(one.value, one.key, one.text, one.origin, {**one.signs, sign: 1.0})


_ASKED_LAST: Final = frozenset({"elsewhere", "only"})  # places that are far from the headline as a rule
_CALLED: Final = frozenset({"class", "marked"})
_SAID: Final = frozenset({"labelled", "marked"})
# What others say, between quotation marks.
_SAID_ALOUD: Final = re.compile(r"[“„«\"][^“”„«»\"]*[”“»\"]")
MAX_READ: Final = 40  # blocks of a text
MIN_PARAGRAPHS: Final = 3
_WEAK: Final = frozenset({"ruled", "bare", "beside a day", "alone"})  # a name for its place alone
_RECORDS: Final = frozenset({"json-ld", "meta author", "meta article:author"})


def _nearest(people: Iterable[Byline], headline: int) -> dict[str, int]:
    """Return for each kind of place the block that is nearest to the headline, those behind it first."""
    nearest: dict[str, int] = {}
    for one in people:
        for index in _blocks(one.origin):
            known = nearest.setdefault(one.sign, index)
            if index != known:
                nearest[one.sign] = min(known, index, key=lambda at: (at < headline, abs(at - headline)))
    return nearest


@lru_cache(maxsize=1024)  # of the few origins there are, each is asked for many times
def _blocks(origin: str) -> tuple[int, ...]:
    """Return the blocks of an origin, "json-ld:author, block:12:class" -> 12."""
    places = (place.split(":") for place in origin.split(", "))
    return tuple(int(parts[1]) for parts in places if parts[0] == "block")


def _key(people: People, lexicon: Lexicon) -> str:
    if len(people) == 1:
        return _name_key(people[0], lexicon)
    return "|".join(sorted(_name_key(name, lexicon) for name in people))


@lru_cache(maxsize=1024)  # the places of a page name the same people
def _name_key(name: str, lexicon: Lexicon) -> str:
    return key_of(_in_short(without_title(name, lexicon)))


def _in_short(name: str) -> str:
    """Return the first and the last of a person's names: records and bylines differ in those between."""
    words = name.split()
    return f"{words[0]} {words[-1]}" if len(words) > 2 and len(words[0].strip(".")) > 1 else name


def _candidate(one: Byline, nearest: Mapping[str, int], lexicon: Lexicon) -> Candidate[People]:
    signs, blocks = {one.sign: 1.0}, _blocks(one.origin)
    if blocks and any(index != nearest[one.sign] for index in blocks):
        signs["later"] = 1.0  # than another place of this kind
    return Candidate(one.people, _key(one.people, lexicon), "; ".join(one.people), one.origin, signs)


def _compared(one: Candidate[People], recorded: list[set[str]], is_far: bool, lexicon: Lexicon) -> Candidate[People]:
    signs = dict(one.signs)
    kinds = signs.keys() - {"later", "class"}
    if kinds and kinds != {"marked"}:  # in a thread, markup names each who answers
        signs.pop("later", None)
    if any(set(one.key.split("|")) > people for people in recorded):
        signs["holds a record"] = 1.0
    if not all(looks_like_person(name, lexicon) for name in one.value):
        signs["no name's form"] = 1.0
    elif "holds a record" in signs and not signs.keys().isdisjoint(_SAID) and _first_of(one, lexicon) in recorded:
        signs["goes on after a record"] = 1.0
    if any(map(looks_like_login, one.value)):
        signs["account"] = 1.0
        if not _blocks(one.origin):
            signs["account of records"] = 1.0
    if is_far:
        signs["far"] = 1.0
    if "thread" in signs:  # where accounts write
        signs = {sign: signs[sign] for sign in signs if sign not in {"later", "account", "no name's form", "far"}}
    return Candidate(one.value, one.key, one.text, one.origin, signs)


def _own(bylines: Iterable[Byline], lookups: ArticleLookups) -> tuple[Byline, ...]:
    """Return the bylines that name somebody, without those of other stories' cards and of quotations."""
    of_stories: dict[int, bool] = {}  # of the lines asked about: several bylines are of one
    return tuple(one for one in bylines if (one.people or one.bodies) and not _is_of_others(one, lookups, of_stories))


def _is_of_others(byline: Byline, lookups: ArticleLookups, of_stories: dict[int, bool]) -> bool:
    """Return whether a line is of the card of another story, or names whom the quotation above it is from."""
    if not byline.origin.startswith("block:"):
        return False
    (index,) = _blocks(byline.origin)
    if byline.sign in _WEAK and any(_is_topic(name, index, lookups) for name in byline.people):
        return True
    if index not in of_stories:
        of_stories[index] = is_of_story(lookups, index)
    return of_stories[index] or (byline.sign != "labelled" and is_below_quotation(lookups, index))


def _is_topic(name: str, index: int, lookups: ArticleLookups) -> bool:
    """Return whether a "name" is of the headline, or made of two links: sections that stand beside each other."""
    links = [span.text for span in lookups.document.blocks[index].spans if span.tag == "a" and span.text]
    is_parted = len(links) > 1 and not any(name in link for link in links)
    return key_of(name) in key_of(lookups.title or "") or (is_parted and all(link in name for link in links))


def _without_strangers(bylines: tuple[Byline, ...], headline: int | None) -> Iterator[Byline]:
    """Yield the bylines; not those of other articles where the line beside the headline names an organisation alone."""
    beside = [one for one in bylines if (at := _blocks(one.origin)) and abs(at[0] - (headline or 0)) <= BLOCKS_AFTER]
    if (
        headline is None
        or any(one.people for one in bylines if one in beside)
        or not any(one.bodies and one.sign == "labelled" for one in beside)
    ):
        yield from bylines
        return
    yield from (one for one in bylines if one in beside or not _blocks(one.origin))


# ── organisations ────────────────────────────────────────────────────────────────────────────


def _sites(lookups: ArticleLookups) -> frozenset[str]:
    owner = lookups.resolve(lookups.value("publisher"))
    personal = owner is not None and "Person" in types_of(owner)  # a blog that is named after its writer
    publisher = () if personal else (key_of(name) for name in lookups.texts(lookups.value("publisher")))
    return lookups.names | frozenset(publisher) | _short_names(lookups)


def _short_names(lookups: ArticleLookups) -> frozenset[str]:
    """Return, folded, the letters that the site's name begins with: "LBCI" of "LBCI Lebanon"."""
    first = (value_of(lookups.site) or "").partition(" ")[0]
    return frozenset({key_of(first)} if first.isupper() and len(first) >= MIN_LETTERS else ())


def _without_sites(byline: Byline, sites: frozenset[str], lexicon: Lexicon) -> Byline:
    """Return the byline with the site's own name among the organisations."""
    people = byline.people
    if not people:
        return byline
    own = tuple([name for name in people if _is_own(name, sites, lexicon)])
    if len(people) > 1:
        people = unique_names(people)
    if own or byline.bodies:
        known = {*own, *byline.bodies}
        people = tuple(name for name in people if name not in known)
    return Byline(people[:MAX_AUTHORS], (*byline.bodies, *own), byline.origin, byline.sign)


@lru_cache(maxsize=1024)  # as above
def _is_own(name: str, sites: frozenset[str], lexicon: Lexicon) -> bool:
    """Return whether a name is the site's own."""
    return is_site(name, sites, lexicon) or _is_part_of(name, sites)


def _is_part_of(name: str, sites: frozenset[str]) -> bool:
    """Return whether a name begins with the site's, in capitals: "MDR THÜRINGEN"."""
    return " " in name and name.isupper() and key_of(name.split(maxsplit=1)[0]) in sites


def _bodies(bylines: Iterable[Byline], people: People) -> FieldReading[People] | None:
    """Return the organisations of bylines; none that is one of the `people` with whose staff they are of."""
    starts = tuple(f"{name} " for name in people if " " in name)
    found = [(body, one.origin) for one in bylines for body in one.bodies if not (starts and body.startswith(starts))]
    names = unique_names(tuple(body for body, _ in found))[:MAX_BODIES]
    origins = {key_of(body): origin for body, origin in reversed(found)}
    shown = tuple(evidence("agencies", name, origins[key_of(name)]) for name in names)
    return FieldReading(names, shown) if names else None


def _namesake(said: Iterable[Byline], lookups: ArticleLookups) -> FieldReading[People] | None:
    """Return the author whom the site is named after, where a record calls that person the author.

    Where the record says that its publisher of the same name is an organisation, that is no person; but systems for
    blogs call each owner one: it is where the text speaks of the person who wrote it.
    """
    bodies = frozenset(map(key_of, _publishing_bodies(lookups)))
    for byline in said:
        names = tuple(name for name in unique_names(byline.people) if looks_like_person(name, lookups.lexicon))
        if len(names) != 1 or byline.origin.startswith("block:"):
            continue
        if key_of(names[0]) not in bodies or _is_in_first_person(lookups):
            return FieldReading(names, (evidence("authors", names[0], byline.origin),))
    return None


def _is_in_first_person(lookups: ArticleLookups) -> bool:
    """Return whether one person speaks in the text, in several paragraphs and not in what others say."""
    blocks, pattern = lookups.document.blocks, _first_person(lookups.lexicon)
    texts = (_SAID_ALOUD.sub("", blocks[index].text) for index in islice(lookups.page_index.kept, MAX_READ))
    return sum(pattern.search(text) is not None for text in texts) >= MIN_PARAGRAPHS


@lru_cache(maxsize=RULES_CACHED)
def _first_person(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{either(lexicon.words('people.self'))})(?!\w)", re.IGNORECASE)


def _publishing_bodies(lookups: ArticleLookups) -> Iterator[str]:
    """Yield the names of the record's publisher, where it is an organisation and no person."""
    owner = lookups.resolve(lookups.value("publisher"))
    kinds = types_of(owner or {})
    if "Person" not in kinds and any(kind.endswith("Organization") for kind in kinds):
        yield from lookups.texts(owner)
