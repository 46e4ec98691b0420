"""Boilerplate by the rules of the page's own site: they overrule places, the classifier and wordings."""

from collections.abc import Mapping
from dataclasses import dataclass

from harvester.errors import FetchError, NoArticle, Reason
from harvester.models import Document, Removed
from harvester.models.frozen import FrozenDict, at_once
from harvester.rules.site_rules import SiteRule, SiteRules
from harvester.urls import check_url


@at_once
@dataclass(frozen=True, slots=True)
class SiteLabels:
    """The labels that the rules of a site give a page's blocks; all other rules decide about the blocks without one."""

    removed: Mapping[int, Removed] = FrozenDict()
    kept: Mapping[int, str] = FrozenDict()  # block -> rule
    body: Mapping[int, str] = FrozenDict()  # block of the article's body -> rule
    titles: frozenset[int] = frozenset()  # blocks where the title may be printed

    @property
    def chosen(self) -> Mapping[int, str]:
        """The blocks that a rule put into the article, with the rule."""
        return {**self.body, **self.kept}


_NOTHING = SiteLabels()


def refuse_listed(url: str | None, site: SiteRules | None) -> None:
    """Raise NoArticle where the page's URL fits a `not_article` rule of the site."""
    try:
        rule = site.refuses(check_url(url)) if site and url else None
    except FetchError:
        return
    if rule is not None:
        words = f"the rules of its site say that {rule.url} holds no article ({rule.id})"
        raise NoArticle(url or "the page", Reason.NOT_ARTICLE, words)


def label_site(document: Document, site: SiteRules | None) -> SiteLabels:
    """Return what the rules of the page's site remove and keep, and which blocks they call the body.

    The innermost container that a rule fits decides for what is in it; where both fit the same one, it is kept. Of the
    rules for the body, the first that fits anything counts, as for fields.
    """
    if site is None or document.named is None or not document.named.containers:
        return _NOTHING
    found = frozenset(id_ for ids in document.named.containers.values() for id_ in ids)
    body_rule = next((rule for rule in site.of("body") if rule.id in found), None)
    rules = (*site.of("remove", "keep"), *((body_rule,) if body_rule else ()))
    deciding = _deciding(document, {rule.id: rule for rule in rules})
    removed: dict[int, Removed] = {}
    kept: dict[int, str] = {}
    body: dict[int, str] = {}
    for at, block in enumerate(document.blocks):
        rule = deciding[block.element] if block.element >= 0 else None
        if rule is None:
            continue
        if rule.action == "remove":
            removed[at] = Removed(rule.kind, rule.id)
        else:
            (kept if rule.action == "keep" else body)[at] = rule.id
    titles = _deciding(document, {rule.id: rule for rule in site.of("title")})
    printing = (at for at, block in enumerate(document.blocks) if block.element >= 0 and titles[block.element])
    return SiteLabels(removed, kept, body, frozenset(printing))


def _deciding(document: Document, rules: Mapping[str, SiteRule]) -> list[SiteRule | None]:
    """Return for each element the rule that decides for what is in it."""
    named = document.named.containers if document.named else {}
    deciding: list[SiteRule | None] = []
    for index, element in enumerate(document.elements):
        fitting = [rules[id_] for id_ in named.get(index, ()) if id_ in rules]
        outer = deciding[element.parent] if element.parent >= 0 else None
        deciding.append(min(fitting, key=_rank) if fitting else outer)
    return deciding


def _rank(rule: SiteRule) -> int:
    return ("keep", "remove", "body", "title").index(rule.action)
