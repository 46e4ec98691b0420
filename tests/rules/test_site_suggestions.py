"""Rules that are suggested for a block."""

from harvester.cleaning import explain_page
from harvester.models import Page
from harvester.rules.site_suggestions import suggestions

TEXT = "The ferry to the northern islands will run twice a day from Monday, the harbour board said on Tuesday."


def test_an_element_without_a_name_is_found_by_the_nearest_one_that_has_one():
    page = f"<div class=story><h1>Two boats</h1><section><p>{TEXT}</p></section>{f'<p>{TEXT} More.</p>' * 4}</div>"
    ledger = explain_page(Page("https://pier.example/a", page.encode()))
    at = next(at for at, block in enumerate(ledger.blocks) if block.text == TEXT)
    assert [one.css for one in suggestions(ledger, at)][:1] == ["div.story p"]
