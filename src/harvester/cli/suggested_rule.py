"""`harvester explain --suggest`: the rule that would remove or keep a block, tried on the page before it is shown."""

import sys
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from harvester.cli.exit_codes import EXIT_SOME_FAILED
from harvester.cli.terminal import printable
from harvester.models import Kept, Ledger
from harvester.rules.site_rules import SiteRule, SiteRules
from harvester.rules.site_suggestions import Suggestion, containers_of, suggestions

if TYPE_CHECKING:
    from harvester.models import Block

_MOST_TRIED: Final = 16  # rules; each costs a cleaning of the page
_MOST_SHOWN: Final = 3
_SHOWN_CHARS: Final = 60

Explain = Callable[[SiteRules], Ledger]


def print_suggestion(ledger: Ledger, number: int, site: SiteRules, explain: Explain) -> None:
    """Print the rule that changes the verdict of block `number` (from 1), and as few others as can be.

    The rule alone goes to standard output, to be appended to the file of its site; what is to be known about it goes to
    standard error. Where no rule does it, the run ends as one that failed. `site` are the rules that the page is
    cleaned with already; `explain` cleans it with others. Raises UsageError where there is no such block.
    """
    if not 0 < number <= len(ledger.blocks):
        raise click.UsageError(f"There is no block {number}; the page has {len(ledger.blocks):,}.")
    block = ledger.blocks[number - 1]
    wanted = "removed" if isinstance(block.verdict, Kept) else "kept"
    _say(printable(f"Block {number} is {'kept' if wanted == 'removed' else 'removed'}: {_cut(block.text)}"))
    _say(printable(f"in {containers_of(ledger, block) or 'no container with a class or id'}"))
    tries = (_try(ledger, one, site, explain) for one in islice(suggestions(ledger, number - 1), _MOST_TRIED))
    working = [one for one in tries if number in one.changed]
    if not working:
        _say("No rule was found that changes this: write a selector by hand, from the page's source.")
        sys.exit(EXIT_SOME_FAILED)
    best, *others = sorted(working, key=lambda one: (len(one.changed), one.fitted))
    _say(f"\nWith this rule in {site.host or 'HOST'}.toml it is {wanted}, and {_also(best, number)}:\n")
    click.echo("\n".join(map(printable, best.suggestion.toml().splitlines())))
    if others:
        _say("\nOther selectors do, too:")
    for one in others[:_MOST_SHOWN]:
        _say(printable(f"  {one.suggestion.css}  ({_also(one, number)})"))


def _say(words: str) -> None:
    click.echo(words, err=True)


def _also(one: "_Tried", number: int) -> str:
    others = [str(other) for other in one.changed if other != number]
    if not others:
        return "no other block changes"
    return f"so {'is block' if len(others) == 1 else 'are blocks'} {', '.join(others)}"


class _Tried(NamedTuple):
    """A rule, and what it does to the page."""

    suggestion: Suggestion
    changed: tuple[int, ...]  # numbers of the blocks that it removes or keeps, and that were kept or removed before
    fitted: int  # how many blocks it decides, also where nothing changes


def _try(ledger: Ledger, one: Suggestion, site: SiteRules, explain: Explain) -> _Tried:
    rule = SiteRule(f"site:{site.host}:{one.action}:0", one.action, css=one.css)
    after = explain(SiteRules(site.host, (*site.rules, rule))).blocks
    standing = _kept_after(ledger.blocks, after)
    pairs = enumerate(zip(ledger.blocks, standing, strict=True), start=1)
    changed = tuple(number for number, (block, is_kept) in pairs if isinstance(block.verdict, Kept) != is_kept)
    return _Tried(one, changed, sum(block.verdict is not None and block.verdict.rule == rule.id for block in after))


def _kept_after(before: "tuple[Block, ...]", after: "tuple[Block, ...]") -> list[bool]:
    """Return for each block whether it is kept then; a menu that was one block may have become several."""
    if [block.text for block in before] == [block.text for block in after]:
        return [isinstance(block.verdict, Kept) for block in after]
    kept = {line for block in after if isinstance(block.verdict, Kept) for line in block.text.split("\n")}
    return [kept.issuperset(block.text.split("\n")) for block in before]


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN_CHARS else f"{line[:_SHOWN_CHARS]}…"
