"""What authors write beside the words is kept on pages whose truth a person wrote."""

import pytest

from structure import found_rows, page_of, read_truths, seen_by_harvester

TRUTHS = read_truths()
# The classifier takes these for something else than the article: text that is not kept has no structure.
NOT_CHOSEN = {"table--links-in-cells", "list--links-and-emphasis"}


@pytest.mark.parametrize("name", sorted(TRUTHS.keys() - NOT_CHOSEN))
def test_all_that_a_page_has_beside_its_words_is_kept(name):
    seen = seen_by_harvester(page_of(name))
    lost = {kind: rows for kind, rows in TRUTHS[name].items() if not all(found_rows(kind, rows, seen))}
    assert lost == {}


def test_a_loss_is_seen():
    name = "table--spans-and-heads"
    seen = seen_by_harvester(page_of(name))
    seen.rows[0] = ("Part", "Cost in pounds {h c2}")
    assert found_rows("cells", TRUTHS[name]["cells"], seen)[:2] == [False, True]
