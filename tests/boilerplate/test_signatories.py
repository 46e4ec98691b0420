"""Who signed an open letter, and on which day, is a part of it; who signs a petition just now is not."""

import pytest

from harvester import clean
from harvester.boilerplate import closing_days, signatories
from harvester.dom import read_document
from harvester.models import Document
from harvester.outline import Outline
from harvester.rules.load import load_rules

RULES = load_rules()
SENTENCES = (
    "The ferry to the northern islands is the only way to school and to the doctor, and it shall be given up in May.",
    "We ask the harbour board to keep the night boat, to mend the quay and to hear the islanders before it decides.",
    "Whoever lives on an island pays the same taxes as everybody else, and has the same right to come home at night.",
)
BODY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
NAMES = ["Ada Holmgren, pilot, Ellis", "Bo Lund, teacher, Sandvik", "Islanders' League"]
LIST = "<ul>" + "".join(f"<li>{name}</li>" for name in NAMES) + "</ul>"


def page(inside: str) -> Document:
    return read_document(f"<html lang=en><body><main>{inside}</main></body></html>")


def signed(inside: str) -> list[str]:
    """Return the lines that stay as signatures where the classifier chose none but the sentences of BODY."""
    document = page(inside)
    chosen = [at for at, block in enumerate(document.blocks) if block.text in SENTENCES]
    return [document.blocks[at].text for at in sorted(signatories(Outline(document), RULES, chosen, ()))]


@pytest.mark.parametrize("heading", ["Signatories", "Die Erstunterzeichnenden", "Signataires :", "Podpisali:"])
def test_a_list_of_signatories_in_a_section_of_its_own_stays(heading: str) -> None:
    section = f"<div class=row><div><h2>{heading}</h2>{LIST}</div></div>"
    assert signed(f"<div class=row>{BODY}</div>{section}") == [heading, *NAMES]


def test_a_table_of_signatories_ends_with_its_rows() -> None:
    rows = "".join(f"<tr><td>{name}</td><td>{name[:3]}</td></tr>" for name in NAMES)
    found = signed(f"{BODY}<h2>Signatories</h2><table>{rows}</table><p>Write to us</p>")
    assert found[0] == "Signatories"
    assert len(found) == 4


@pytest.mark.parametrize(
    "others",
    [
        "<h3>Latest signatures</h3>" + LIST,
        "<h3>Signatories</h3><ul><li>Ada H., 2 minutes ago<li>Bo L., 5 minutes ago<li>Cy M., 9 minutes ago</ul>",
        "<h3>Signatories</h3><ul><li><a href=/a>Ada Holmgren</a><li><a href=/b>Bo Lund</a><li><a href=/c>Cy</a></ul>",
        "<h3>Signatories</h3><p>Four hundred people have signed so far.</p><p>Sign, too.</p><p>It takes a minute.</p>",
        "<h3>Signatories</h3><form><input></form>",
    ],
)
def test_those_who_sign_just_now_and_links_are_no_signatories(others: str) -> None:
    assert signed(BODY + others) == []


def closing(end: str, chosen: tuple[str, ...] = SENTENCES) -> list[str]:
    document = page(f"<div>{BODY}{end}</div><div>Share this page</div>")
    numbers = [at for at, block in enumerate(document.blocks) if block.text in chosen]
    return [document.blocks[at].text for at in closing_days(Outline(document), RULES, numbers, ())]


@pytest.mark.parametrize("day", ["Geneva, 12 May 2021", "Berlin, den 12. März 2023", "2023年9月4日 北京"])
def test_place_and_day_below_a_text_stay(day: str) -> None:
    assert closing(f"<p>{day}</p>") == [day]


def test_the_day_below_who_signs_stays() -> None:
    assert closing("<p>The Islanders</p><p>12 May 2021</p>", (*SENTENCES, "The Islanders")) == ["12 May 2021"]
    assert closing("<p>市互助协会</p><p>2022年3月16日</p>", (*SENTENCES, "市互助协会")) == ["2022年3月16日"]


@pytest.mark.parametrize(
    "end",
    [
        "<p>12 May 2021</p>",  # of the page
        "<p>Published on 12 May 2021</p>",
        "<p>Monday, 12 May 2021</p>",
        "<p>Geneva, 12 May 2021, 10:30</p>",
        "<p>2021-05-12</p>",
        "<p>发布时间 2022年3月16日</p>",
        "<p>Geneva, 12 May 2021</p><p>Read more</p>",  # not the last line
        "<p><a href=/x>Geneva, 12 May 2021</a></p>",
    ],
)
def test_other_days_below_a_text_are_left_to_the_classifier(end: str) -> None:
    assert closing(end) == []


def letter(greeting: str) -> str:
    body = f"<p>{greeting}</p>" + BODY * 3 + "<p>Ada Holmgren, pilot</p>"
    head = "<meta name=author content='Ada Holmgren'><title>To the harbour board</title>"
    html = f"<html lang=en><head>{head}<body><article><h1>To the harbour board</h1>{body}</article>"
    return clean(html, url="https://courier.example/letter").text


def test_a_letter_ends_with_the_name_of_who_wrote_it() -> None:
    assert letter("Dear members of the board,").endswith("Ada Holmgren, pilot")
    assert "Holmgren" not in letter("Nobody was on the quay when the last boat came in.")
