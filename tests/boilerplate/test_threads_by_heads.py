"""Readers' comments on themes that name nothing go as a whole; what only looks like them stays."""

from collections.abc import Sequence

import pytest

import harvester
from harvester.boilerplate.threads_by_heads import is_of_posts, unnamed_threads
from harvester.dom import read_document
from harvester.models import Kept
from harvester.outline import Outline
from harvester.rules.load import load_rules

LEXICON = load_rules().lexicon
TITLE = "Fish market to close at the end of the year"
BODY = (
    "The harbour board of Quenford voted on Tuesday to close the old fish market, after engineers found cracks.",
    "Forty-one stallholders sell there, most of them in the third generation, and a letter told them of the vote.",
    "The board says that it has no choice, because repairs would cost more than the harbour earns in two years.",
    "Until then the stalls will stay open in the mornings, and an engineer will come on Fridays to read the gauges.",
)
READERS = ("Rosalind P.", "dockhand77", "Ewan T", "Liselotte", "old_salt")
PEOPLE = ("Ann Hill", "Tom Weaver", "Marta Ilves", "Jo Brand", "Karl Stone")
HEADLINES = ("Boats leave", "Gates close", "Crowd grows", "Mayor speaks", "Rain begins")
PLACES = ("London", "Kyiv", "Paris", "Berlin", "Rome")
SAID = (
    "I bought my first herring there with my grandfather, and I cannot believe that they let it rot.",
    "The customs hall leaks as well, so moving there only swaps one bucket for another one.",
    "Six million is what the new roundabout cost, and the money is always there for cars.",
    "You are right about the roundabout, though to be fair the county paid for it.",
    "My wife had a stall until they raised the rent, and even then the floor was wet.",
)
DAYS = tuple(f"{day} March 2024" for day in range(5, 10))
LONG_AGO = ("3 May 1911", "4 June 1923", "1 July 1950", "9 August 1988", "2 March 2001")
HOURS = tuple(f"{count} hours ago" for count in range(2, 7))


def page(
    item: str, names: Sequence[str], days: Sequence[str] = DAYS, box: str = "<div>{}</div>", title: str = TITLE
) -> str:
    items = "".join(
        item.format(name=name, day=day, text=text, clock=f"{9 + at}:{at * 7 + 3:02}")
        for at, (name, day, text) in enumerate(zip(names, days, SAID, strict=True))
    )
    body = "".join(f"<p>{text}</p>" for text in BODY)
    said = "<meta property=og:type content=article>"
    return f"<title>{title}</title>{said}<body><div class=pg><h1>{title}</h1>{body}{box.format(items)}</div>"


@pytest.mark.parametrize(
    ("item", "box", "days"),
    [
        ("<tr><td><i>{name}</i><br>{day}</td><td>{text}</td></tr>", "<h3>8 voices</h3><table>{}</table>", DAYS),
        ("<div class=m><div><h5>{name} <small>{day}</small></h5>{text}</div></div>", "<div>{}</div>", DAYS),
        ("<article><header><h4>{name}</h4><time>{day}</time></header><p>{text}</p></article>", "<div>{}</div>", DAYS),
        ("<b>{name}</b> ({day} {clock})<br>{text}<br><hr>", "<div>{}</div>", DAYS),
        ("<dt>{name} · {day}</dt><dd>{text}</dd>", "<dl>{}</dl>", DAYS),
        ("<div><div><b>{name}</b></div><div>{day}</div><div>{text}</div></div>", "<div>{}</div>", HOURS),
        ("<li><span>{name}</span> · <span>{day}</span><p>{text}</p></li>", "<ul>{}</ul>", HOURS),
    ],
    ids=["table", "media", "letters", "lines", "terms", "counted back", "counted back in a list"],
)
def test_comments_that_no_name_calls_so_go_as_a_whole(item: str, box: str, days: Sequence[str]) -> None:
    ledger = harvester.explain(page(item, READERS, days, box))
    kept = "\n".join(block.text for block in ledger.blocks if isinstance(block.verdict, Kept))
    assert all(text in kept for text in BODY)
    assert not any(text in kept for text in SAID)
    told = [one.value for one in ledger.evidence if one.field == "comment_author"]
    assert told == list(READERS)


@pytest.mark.parametrize(
    ("names", "days"),
    [
        (("Karl-Heinz", "moni", "Der Lauterer", "Petra", "Wolf"), tuple(f"vor {n} Stunden" for n in range(2, 7))),
        (("Jeanne", "toto", "Marc", "Lise", "Paul"), tuple(f"il y a {n} h" for n in range(2, 7))),
        (("Ирина", "Серж", "Николай", "Марина", "Олег"), tuple(f"{n} часа назад" for n in range(2, 7))),
        (("老船", "小城", "阿明", "海风", "大钟"), tuple(f"{n}小时前" for n in range(2, 7))),
    ],
)
def test_a_moment_that_is_counted_back_from_now_is_one_in_many_languages(
    names: Sequence[str], days: Sequence[str]
) -> None:
    document = read_document(page("<div><b>{name}</b><div>{day}</div><div>{text}</div></div>", names, days))
    told = unnamed_threads(Outline(document), frozenset(), LEXICON)
    assert {document.blocks[at].text for at in told} >= set(SAID)


KEPT = {
    "chronicle": page("<div><b>{day}</b><p>{text}</p></div>", PEOPLE, LONG_AGO),
    "chronicle of places": page("<div><b>{name}, {day}</b><p>{text}</p></div>", PLACES, LONG_AGO),
    "quakes": page("<div><b>{name}, {day}, {clock}</b><p>{text}</p></div>", PLACES),
    "timeline of terms": page("<dt>{day}</dt><dd>{text}</dd>", PEOPLE, box="<dl>{}</dl>"),
    "timeline in a table": page("<tr><td>{day}</td><td>{text}</td></tr>", PEOPLE, box="<table>{}</table>"),
    "live blog": page("<div><time>{clock}</time><h3>{name}</h3><p>{text}</p></div>", HEADLINES),
    "live blog, headlines first": page("<div><h3>{name}</h3><span>{day}</span><p>{text}</p></div>", HEADLINES, HOURS),
    "live blog by two": page(
        "<div><b>{name}</b> <i>{day}</i><p>{text}</p></div>", ["Nora Quist", "Lea"] * 2 + ["Lea"], HOURS
    ),
    "interview": page("<p><b>{name}:</b> {text}</p>", ("Q", "A", "Q", "A", "Q")),
    "signers": page("<li>{name}, {day}</li>", READERS, box="<ul>{}</ul>"),
    "programme": page("<div><b>{day}, 19:00</b><br>{name}<p>{text}</p></div>", PEOPLE),
    "programme, names first": page("<div><b>{name}</b> {day}, 19:30<p>{text}</p></div>", PEOPLE),
    "tour": page("<div><b>{name}</b> {day}<p>{text}</p></div>", PLACES),
    "letters of soldiers": page("<div><b>{name}</b>, {day}<p>{text}</p></div>", PEOPLE, LONG_AGO),
    "people with shortened names": page(
        "<p><b>{name}</b>, {day}: {text}</p>", [f"{name[:3]} {name[-1].upper()}." for name in PEOPLE]
    ),
    "answers to a question": page(
        "<div><b>{name}</b> <i>{day}</i><p>{text}</p></div>", READERS, title="Why does the old fish market close?"
    ),
    "posts quoted": page("<blockquote><b>{name}</b> {day}<p>{text}</p></blockquote>", READERS),
    "versions": page("<div><b>{name}</b> {day}<p>{text}</p></div>", ("v1.2", "v1.3", "v1.4", "v2.0", "v2.1")),
    "flights": page("<div><b>{name}</b> {day}, {clock}<p>{text}</p></div>", ("LH 401", "BA12", "AF 7", "KL 33", "SK9")),
    "in the middle": page("<div><b>{name}</b> {day}<p>{text}</p></div>", READERS)
    + f"<div class=pg><p>{BODY[0]} {BODY[1]}</p>",
}


@pytest.mark.parametrize("kept", KEPT)
def test_what_looks_like_comments_is_none(kept: str) -> None:
    assert unnamed_threads(Outline(read_document(KEPT[kept])), frozenset(), LEXICON) == {}


POST = "<div><div>{name}</div><div>{day}</div><div>{text}</div></div>"


def test_posts_right_below_the_headline_make_a_thread_and_letters_do_not() -> None:
    posts = page(POST, READERS).replace("".join(f"<p>{text}</p>" for text in BODY), "")
    letters = page("<div><p>{text}</p><p>{name}, {day}</p></div>", PEOPLE).replace("<p>The", "<i>The")
    assert is_of_posts(Outline(read_document(posts)), LEXICON)
    assert not is_of_posts(Outline(read_document(page(POST, READERS))), LEXICON)
    assert not is_of_posts(Outline(read_document(letters)), LEXICON)
