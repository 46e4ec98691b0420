"""Runs the examples beside the rules of sites: each rule takes what it must, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass

from harvester.dom import of_markup
from harvester.errors import FetchError
from harvester.rules.site_files import ExampledRule
from harvester.rules.site_rules import FIELDS, SiteRules, wanted_of
from harvester.urls import check_url

# Whether a rule fits its `drop` examples; the other action words fit their `keep` examples.
_TAKES_OUT = frozenset({"remove", "not_article"})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a check found."""

    where: str  # "courier.example.toml [[remove]] 2 drop 1"
    words: str
    is_wrong: bool  # False: worth knowing


def check_rule(one: ExampledRule) -> Iterator[Finding]:
    """Yield what is wrong with a rule by its examples, and which examples it lacks."""
    takes_out = one.rule.action in _TAKES_OUT
    for key, examples, must_fit in (("drop", one.drop, takes_out), ("keep", one.keep, not takes_out)):
        for number, example in enumerate(examples, start=1):
            if words := _fault(one, example, must_fit=must_fit):
                yield Finding(f"{one.where} {key} {number}", words, is_wrong=True)
    if not (one.drop if takes_out else one.keep):
        wanted = "drop" if takes_out else "keep"
        yield Finding(one.where, f"has no {wanted} example, so nobody knows whether it fits", is_wrong=False)


def _fault(one: ExampledRule, example: str, *, must_fit: bool) -> str | None:
    shown = " ".join(example.split())[:80]
    if one.rule.url:
        try:
            fits = _site_of(one).refuses(check_url(example)) is not None
        except FetchError as error:
            return f"{shown!r} is no URL: {error.explanation}"
    else:
        fits = _fits(one, example)
    if fits == must_fit:
        return None
    return f"the rule does not fit {shown!r}" if must_fit else f"the rule fits {shown!r}, and must not"


def _fits(one: ExampledRule, example: str) -> bool:
    containers, texts = of_markup(example, wanted_of(_site_of(one)))
    return bool(texts if one.rule.action in FIELDS else containers)


def _site_of(one: ExampledRule) -> SiteRules:
    return SiteRules("", (one.rule,))
