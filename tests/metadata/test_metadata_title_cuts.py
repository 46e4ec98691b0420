"""Where a title is cut: not inside quotation marks, and where the address repeats a part of it."""

import pytest
from metadata_pages import LEXICON, PROSE, metadata_of

from harvester.metadata.lookup.title_text import cut_by_address, is_sites_name

STORY = f"<p>{PROSE}</p>" * 3
SITE = "https://news.example.org/"


@pytest.mark.parametrize(
    ("lang", "title", "slug"),
    [
        (
            "fr",
            "Le pont de l'île « coûte trop cher » selon le maire",
            "le-pont-de-l-ile-coute-trop-cher-selon-le-maire",
        ),
        ("fr", "« Le pont coûte trop cher » selon le maire de Dale", "le-pont-coute-trop-cher-selon-le-maire-de-dale"),
        ("fr", "« Le pont coûte trop cher » selon le maire de Dale", "?p=12"),
        ("de", "Brücke zur Insel »viel zu teuer« für die Stadt", "bruecke-zur-insel-viel-zu-teuer-fuer-die-stadt"),
        ("es", "El puente «cuesta demasiado» según el alcalde", "el-puente-cuesta-demasiado-segun-el-alcalde"),
        ("ru", "Мост «слишком дорог» для города, сказал мэр", "most-slishkom-dorog"),
        ("de", "Die Brücke ist ›viel zu teuer‹ für die Stadt", "?id=4"),
    ],
)
def test_a_title_is_not_cut_at_its_quotation_marks(lang: str, title: str, slug: str) -> None:
    assert metadata_of(STORY, f"<title>{title}</title>", lang, SITE + slug).title == title


@pytest.mark.parametrize(
    ("title", "headline", "slug"),
    [
        ("Storm hits the coast « Harbour Notes", "Storm hits the coast", "storm-hits-the-coast"),
        ("Harbour Notes » Storm hits the coast", "Storm hits the coast", "storm-hits-the-coast.html"),
        ("Weather | Storm hits the coast | Harbour Notes", "Storm hits the coast", "storm-hits-the-coast"),
        (
            "Maire de Dale : « le pont coûte trop cher » - Le Courrier",
            "Maire de Dale : « le pont coûte trop cher »",
            "maire-de-dale-le-pont-coute-trop-cher",
        ),
    ],
)
def test_a_title_is_cut_to_the_part_that_the_address_repeats(title: str, headline: str, slug: str) -> None:
    assert metadata_of(STORY, f"<title>{title}</title>", url=SITE + slug).title == headline


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Storm - the harbour closes for two days", "storm-the-harbour-closes-for-two-days"),
        ("Auto leasen, finanzieren oder kaufen – was ist günstiger?", "auto-leasen-finanzieren-oder-kaufen"),
        ("Grandmother wakes up with no memory — and thinks she is sixteen", "grandmother-wakes-up-with-no-memory"),
    ],
)
def test_a_clause_of_the_heading_that_a_short_address_leaves_out_stays(title: str, slug: str) -> None:
    assert metadata_of(f"<h1>{title}</h1>{STORY}", f"<title>{title}</title>", url=SITE + slug).title == title


@pytest.mark.parametrize(
    "heading",
    [
        "BBC NEWS | Technology | Storm hits the coast of Dale",
        "Storm hits the coast of Dale - The Dale Courier",
        "Storm hits the coast of Dale | Dale Courier",
        "National : Storm hits the coast of Dale",
        "Storm hits the coast of Dale (from Bolton Times)",
    ],
)
@pytest.mark.parametrize("title", ["", "Dale Courier", "{heading}"])
def test_a_site_or_section_in_the_heading_goes_where_the_address_has_none(heading: str, title: str) -> None:
    head = f"<title>{title.format(heading=heading)}</title>" if title else ""
    found = metadata_of(f"<h1>{heading}</h1>{STORY}", head, url=SITE + "storm-hits-the-coast-of-dale")
    assert found.title == "Storm hits the coast of Dale"


@pytest.mark.parametrize(
    ("title", "host"),
    [
        ("Mats for your home and how to choose them - Gorilla Mats", "yogorillamats.com"),
        ("How to help babies sleep through the night | UC Davis Children's Hospital", "health.ucdavis.edu"),
    ],
)
def test_the_end_of_a_title_that_its_host_holds_is_the_site(title: str, host: str) -> None:
    found = metadata_of(STORY, f"<title>{title}</title>", url=f"https://{host}/a/12.html").title
    assert found is not None
    assert title.startswith(f"{found} ")


def test_a_title_that_its_address_repeats_as_a_whole_is_not_cut() -> None:
    title = "Storm hits the coast of the northern islands again | Dale"
    assert cut_by_address(title, "stormhitsthecoastofthenorthernislandsagaindale") == title
    longer = f"{title} Harbour Notes"
    assert cut_by_address(longer, "stormhitsthecoastofthenorthernislandsagain") == longer.partition(" |")[0]


def test_a_short_part_of_a_host_is_not_the_name_of_its_site() -> None:
    assert is_sites_name("Gorilla Mats", frozenset({"yogorillamats"}), LEXICON)
    assert not is_sites_name("The Pier", frozenset({"onthepierpost"}), LEXICON)
