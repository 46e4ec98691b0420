"""Words of languages stand in `rules/`, where a person without Python can add one; code holds notation at most."""

import re

import pytest

from source_facts import MODULES, SOURCE, Facts, facts_in, facts_of

# What is notation rather than language, module by module.
NOTATION = {
    "recoding.py": "letters that stand for bytes of a wrong encoding",
    "code_pages.py": "the same",
    "hard_wraps.py": "numbers in circles",
    "metadata/lookup/eras.py": "the signs of months and days, and of the first year",
    "metadata/lookup/clock_text.py": "the signs of hours and minutes",
    "metadata/lookup/date_text.py": "the signs of years, months and days",
    "metadata/lookup/date_signs.py": "the same, and the signs of eras",
    "metadata/lookup/relative_days.py": "the signs of hours",
}
NOTATION_ANYWHERE = frozenset("丨年日")  # a stroke that parts; the signs of a year and a day
# Words that hardly stand in a program but as what a page says.
TELLTALE = frozenset(
    "abonnieren accepter aceptar accetta akzeptieren aktualisiert avanti bajo bilder der des door ecrit escrito foto "
    "fotos geschrieben kommentare lesen lizenz mehr minuten pour seite siguiente sobre sous suivant und uhr verfasst "
    "volgende von weiter zum zur zustimmen advertisement subscribe monday sunday autoren kategorie kontakt impressum "
    "redakteur recherche buscar".split()
)
ADDRESSES_AND_CLASSES = {
    "structure/embeds.py": "addresses of players",
    "pagination.py": "how software writes a page's number into an address",
}
PATHS = {path.relative_to(SOURCE / "harvester").as_posix(): name for name, path in MODULES.items()}


def foreign_letters(said: Facts) -> list[tuple[int, str]]:
    """Return the letters beyond ASCII that a module's strings hold as such; a range written by numbers is none."""
    beyond = (one for one in said.strings if not one.value.isascii())
    found = ((one.line, set(re.findall(r"[^\W\d_]", one.value)) & set(one.source)) for one in beyond)
    odd = (
        (line, "".join(sorted(c for c in letters if not c.isascii() and c not in NOTATION_ANYWHERE)))
        for line, letters in found
    )
    return [(line, letters) for line, letters in odd if letters]


def telltale_words(said: Facts) -> list[tuple[int, str]]:
    """Return the words of languages that a module's strings hold."""
    return [
        (one.line, word)
        for one in said.strings
        for word in re.findall(r"[a-z]+", one.value.lower())
        if word in TELLTALE
    ]


def test_no_module_holds_words_in_letters_beyond_ascii():
    found = {path: foreign_letters(facts_of(name)) for path, name in PATHS.items()}
    assert {name: odd for name, odd in found.items() if odd and name not in NOTATION} == {}
    assert [name for name in NOTATION if not found[name]] == []


def test_no_module_holds_words_that_pages_say():
    found = {path: telltale_words(facts_of(name)) for path, name in PATHS.items()}
    assert {name: words for name, words in found.items() if words and name not in ADDRESSES_AND_CLASSES} == {}
    assert [name for name in ADDRESSES_AND_CLASSES if not found[name]] == []


@pytest.mark.parametrize(
    ("source", "letters", "words"),
    [
        ('A = re.compile(r"(?:nächste|weiter)")', [(1, "ä")], [(1, "weiter")]),
        ('A = re.compile(rf"{word}(?:作者)")', [(1, "作者")], []),
        ('"""Nächste Seite."""\nA = "[\\u4e00-\\u9fff]"  # 作者', [], []),
        ('A = "fotos-of"', [], [(1, "fotos")]),
    ],
)
def test_the_checks_see_words_and_nothing_else(source, letters, words):
    assert foreign_letters(facts_in(source)) == letters
    assert telltale_words(facts_in(source)) == words
