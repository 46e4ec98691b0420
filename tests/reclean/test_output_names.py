"""What the output of a page is called."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from harvester.archive.inputs import Input, form_of
from harvester.reclean.output_names import output_stem, place_of, stem_key


def source(path: Path) -> Input:
    return Input(str(path), path, form_of(path))


def stems(*paths: str) -> tuple[str, ...]:
    inputs = [source(Path(path)) for path in paths]
    shared = Counter(map(stem_key, inputs))
    placed = Counter((stem_key(one), place_of(one)) for one in inputs)
    return tuple(
        output_stem(one, is_shared=shared[stem_key(one)] > 1, is_ambiguous=placed[stem_key(one), place_of(one)] > 1)
        for one in inputs
    )


def test_an_article_is_named_like_its_page():
    assert stems("pages/a.b.html.gz", "c.mhtml", "story.php") == ("a.b", "c", "story")


def test_two_pages_of_one_name_get_two_names_in_any_order():
    one, two = stems("x/page.html", "y/Page.txt")
    assert one != two
    assert {one.casefold()[:5], two.casefold()[:5]} == {"page~"}
    assert stems("y/Page.txt", "x/page.html") == (two, one)


def test_no_article_takes_the_name_of_a_ledger_or_sidecar():
    assert not stems("a.ledger.html")[0].endswith(".ledger")
    assert not stems("a.page.html")[0].endswith(".page")


def test_a_name_that_looks_made_cannot_meet_a_made_one():
    made = stems("x/page.html", "y/page.html")[0]
    all_three = stems("x/page.html", "y/page.html", f"{made}.html")
    assert len(set(all_three)) == 3


def test_a_long_or_unprintable_name_still_makes_a_file(tmp_path):
    (long,) = stems("港" * 80 + ".html")
    assert len(long.encode()) <= 150
    (odd,) = stems("a\x1b[31m\n\udcff.html")
    assert odd.isprintable()
    (tmp_path / f"{long}.ledger.json").touch()
    (tmp_path / f"{odd}.json").touch()


def test_names_are_the_same_where_the_locale_has_few_letters():
    code = (
        "from pathlib import Path; from harvester.archive.inputs import Input\n"
        "from harvester.reclean.output_names import output_stem\n"
        "page = Input('z', Path('z.html'), None, place='z/\\u4e2d\\u0301.html')\n"
        "print(output_stem(page, is_shared=True))"
    )
    few = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    names = {
        subprocess.run([sys.executable, "-c", code], env=os.environ | env, capture_output=True, check=True).stdout
        for env in ({"PYTHONUTF8": "1"}, few)
    }
    assert len(names) == 1
