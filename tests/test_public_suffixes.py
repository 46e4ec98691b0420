"""The ends of hosts are those that the package with the list finds, which is where the list is from."""

import pytest
from tld import get_tld

from harvester.public_suffixes import _rules, suffix_labels

RULES = sorted(_rules())
BEFORE = ("{}", "b.a.{}")
# Names that only longer rules have in them: the package takes no "*" for one.
INNER = {rule.partition(".")[2] for rule in RULES} - set(RULES)


def is_hidden(host: str) -> bool:
    names = [host.split(".", start)[-1] for start in range(host.count(".") + 1)]
    return any(name in INNER and f"*.{name.partition('.')[2]}" in _rules() for name in names)


def of_package(host: str) -> int:
    found = get_tld(f"http://{host}/", as_object=True, fail_silently=True)
    return 0 if found is None else found.tld.count(".") + 1


@pytest.mark.parametrize("part", range(20))
def test_the_suffix_is_that_of_the_package(part: int) -> None:
    hosts = [form.format(rule.lstrip("!").replace("*", "x")) for rule in RULES[part::20] for form in BEFORE]
    hosts = [host for host in hosts if not is_hidden(host)]
    assert hosts
    assert {host: suffix_labels(host) for host in hosts} == {host: of_package(host) for host in hosts}


def test_the_list_is_whole() -> None:
    assert len(RULES) > 9_000
    assert {"com", "co.uk", "*.ck", "!www.ck", "github.io", "xn--p1ai"} <= set(RULES)


@pytest.mark.parametrize("host", ["", ".", "localhost", "1.2.3.4", "::1", "a.nowhere", "*", "!"])
def test_other_names_have_none(host: str) -> None:
    assert suffix_labels(host) == 0
