"""Articles that were written come back as the values that they were."""

from pathlib import Path

import pytest

import harvester
from harvester.errors import InputError, UsageError

PAGE = Path(__file__).parents[2] / "fixtures/html/repost--originally-published-notice.html"


@pytest.fixture(scope="module")
def article():
    return harvester.clean(PAGE)


@pytest.mark.parametrize("name", ["a.json", "articles-00000.jsonl"])
def test_an_article_comes_back_as_it_was(tmp_path, article, name):
    text = article.to_json() if name.endswith(".json") else harvester.render(article, "json")
    (tmp_path / name).write_text(text if name.endswith(".json") else " ".join(text.split("\n")) + "\n")
    for place in (tmp_path, str(tmp_path / name)):
        assert [*harvester.load_articles(place)] == [article]


@pytest.mark.parametrize("body", ["{", '{"schema": "harvester/article/9"}', '{"schema": "harvester/article/2"}'])
def test_what_is_damaged_is_named(tmp_path, body):
    (tmp_path / "a.jsonl").write_text(body + "\n")
    with pytest.raises(InputError, match=r"a\.jsonl:1.*\[unreadable\]$"):
        next(harvester.load_articles(tmp_path))


def test_a_place_without_articles_is_told(tmp_path):
    with pytest.raises(InputError, match="holds no articles"):
        next(harvester.load_articles(tmp_path))
    with pytest.raises(UsageError, match="an empty text is no path"):
        harvester.load_articles("")
    with pytest.raises(UsageError, match="is no place"):
        harvester.load_articles("ftp://a.example/articles")
    with pytest.raises(TypeError, match="is no path"):
        harvester.load_articles(None)
