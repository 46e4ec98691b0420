"""What the second stage is told of the page's type."""

from harvester.content.page_type_columns import type_columns
from harvester.models import PageType, PageTypeName


def told(article: float, listing: float) -> PageType:
    chances: dict[PageTypeName, float] = {
        "article": article,
        "listing": listing,
        "product": 0.1,
        **dict.fromkeys(("forum", "documentation", "service"), 0.0),
    }
    return PageType("listing", listing, chances, 0.5)


def test_a_page_that_is_no_article_tells_its_other_types() -> None:
    columns = type_columns(told(0.2, 0.7), 3)
    assert list(columns) == ["type_listing", "type_product", "type_forum", "type_documentation", "type_service"]
    assert columns["type_listing"].tolist() == [0.7] * 3
    assert columns["type_product"].tolist() == [0.1] * 3


def test_an_article_tells_nothing() -> None:
    assert not any(column.any() for column in type_columns(told(0.5, 0.4), 3).values())
