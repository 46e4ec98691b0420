"""`--page-types` takes types by name, or all."""

import pytest
from click import BadParameter, Command, Context, Option

from harvester.cli.option_values import page_types
from harvester.models import PAGE_TYPES, USUAL_TYPES

CONTEXT, OPTION = Context(Command("clean")), Option(["--page-types"])


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, USUAL_TYPES),
        ("all", frozenset(PAGE_TYPES)),
        ("article", frozenset({"article"})),
        ("article, Forum", frozenset({"article", "forum"})),
    ],
)
def test_types_are_taken_by_name(value, found):
    assert page_types(CONTEXT, OPTION, value) == found


@pytest.mark.parametrize("value", ["", "blog", "article,all", "article,,forum"])
def test_what_is_no_type_is_wrong_usage(value):
    with pytest.raises(BadParameter, match="known are article, listing"):
        page_types(CONTEXT, OPTION, value)
