"""Words of the interface are written once: reasons in errors.py, the kinds that code names in kind_names.py."""

import ast
from collections.abc import Iterator
from pathlib import Path

from harvester.errors import REASONS, HarvesterError, Reason
from harvester.rules.kind_names import KindName
from test_layers import MODULES, tree_of

DEFINED = {"harvester.errors", "harvester.rules.kind_names"}
# The same letters with another meaning: a change of an article, an action of a site's rules, an element, an attribute.
OTHERS = {
    "gone": "store.changes crawl.state cli.prune reclean.change_report",
    "not_article": "rules.site crawl.requests",
    "caption": "models dom.html_tags structure.tables metadata.fields.images rendering.schema_org",
}


def written_in(path: Path) -> Iterator[str]:
    """Yield the words that a module spells out: neither in its docstrings nor as keys of look-ups."""
    tree = tree_of(path)
    meant = {id(node.slice) for node in ast.walk(tree) if isinstance(node, ast.Subscript)}
    meant |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in meant:
            yield node.value


def test_no_module_spells_out_a_reason_or_a_kind():
    words = {*Reason, *KindName}
    strays = {
        (module, word)
        for module, path in MODULES.items()
        if module not in DEFINED
        for word in written_in(path)
        if word in words and not module.startswith(tuple(f"harvester.{room}" for room in OTHERS.get(word, "-").split()))
    }
    assert strays == set()


def test_every_other_meaning_is_still_there():
    for word, rooms in OTHERS.items():
        for room in rooms.split():
            assert any(
                word in written_in(path) for name, path in MODULES.items() if name.startswith(f"harvester.{room}")
            ), (word, room)


def test_every_reason_of_an_error_is_raised_by_some_error():
    assert frozenset().union(*(kind.reasons for kind in HarvesterError.__subclasses__())) == REASONS
