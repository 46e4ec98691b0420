"""Words of the interface are written once: reasons in errors.py, the kinds that code names in kind_names.py."""

from harvester.errors import REASONS, HarvesterError, Reason
from harvester.rules.kind_names import KindName
from source_facts import MODULES, facts_of

DEFINED = {"harvester.errors", "harvester.rules.kind_names"}
# The same letters with another meaning: a change of an article, an action of a site's rules, an element, an attribute,
# a part of a class name.
OTHERS = {
    "gone": "store.changes crawl.state cli.prune reclean.change_report",
    "not_article": "rules.site crawl.requests",
    "breadcrumb": "dom.pruning",
    "caption": "models dom.html_tags structure.tables metadata.fields.images rendering.schema_org",
}


def written_in(module: str) -> set[str]:
    """Return the words that a module spells out: neither in its docstrings nor as keys of look-ups."""
    return {one.value for one in facts_of(module).strings if not one.is_key}


def test_no_module_spells_out_a_reason_or_a_kind():
    words = {*Reason, *KindName}
    strays = {
        (module, word)
        for module in MODULES.keys() - DEFINED
        for word in written_in(module) & words
        if not module.startswith(tuple(f"harvester.{room}" for room in OTHERS.get(word, "-").split()))
    }
    assert strays == set()


def test_every_other_meaning_is_still_there():
    for word, rooms in OTHERS.items():
        for room in (f"harvester.{room}" for room in rooms.split()):
            assert any(word in written_in(name) for name in MODULES if name.startswith(room)), (word, room)


def test_every_reason_of_an_error_is_raised_by_some_error():
    assert frozenset().union(*(kind.reasons for kind in HarvesterError.__subclasses__())) == REASONS
