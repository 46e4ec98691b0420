"""Families: functions of tests that are called with one example after another, and need nothing else.

Half of the suite are such calls of a millisecond; to collect, run and report each as a test of its own takes longer
than what it does. Where no test is asked for by name, the examples of a function are one test: all are tried, and each
that fails is told with its values. `pytest FILE::FUNCTION` and `-k` make each a test. A fixture that no test asks for
(autouse) is set up once for all examples.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from inspect import Signature, isfunction, signature
from itertools import product

import pytest

Example = tuple[str, dict[str, object]]

ONE_VALUE = type(pytest.param())
MAX_SHOWN_CHARS = 200  # of a value; a whole page is a value too
OTHERWISE_RUN = {"usefixtures", "xfail", "timeout"}  # what each example would have of its own


def are_together(config: pytest.Config) -> bool:
    """Return whether nobody asks for a test by its name."""
    asked = [*config.args, *(config.option.deselect or ())]
    return not config.option.keyword and not any("::" in argument for argument in asked)


def family(collector: pytest.Collector, function: object) -> Callable[[], None] | None:
    """Return a test of all examples of a function, or None where it has none, or needs more than their values."""
    if not isfunction(function) or hasattr(function, "is_hypothesis_test"):
        return None
    marks = getattr(function, "pytestmark", [])
    of_module = {mark.name for mark in collector.iter_markers()}
    examples = [list(_examples(mark)) for mark in marks if mark.name == "parametrize" and _has_values_alone(mark)]
    others = [mark for mark in marks if mark.name != "parametrize"]
    if len(examples) + len(others) != len(marks) or not all(examples) or not examples:
        return None
    if {mark.name for mark in others} & OTHERWISE_RUN or of_module & {"parametrize", *OTHERWISE_RUN}:
        return None
    if set(signature(function).parameters) != {name for several in examples for name in several[0][1]}:
        return None
    together = _each_tried(function, [_joined(several) for several in product(*examples)])
    together.pytestmark = others
    return together


def _has_values_alone(mark: pytest.Mark) -> bool:
    """Return whether a mark lists values for a function, none with a mark of its own or meant for a fixture."""
    if len(mark.args) != 2 or set(mark.kwargs) - {"ids"} or not isinstance(mark.args[1], Sequence):
        return False
    names = mark.kwargs.get("ids")
    if isinstance(names, Sequence) and len(names) != len(mark.args[1]):  # which pytest refuses
        return False
    return not any(isinstance(value, ONE_VALUE) and value.marks for value in mark.args[1])


def _examples(mark: pytest.Mark) -> Iterator[Example]:
    """Yield what each example of a mark is called, and the values by their names."""
    names = mark.args[0].split(",") if isinstance(mark.args[0], str) else mark.args[0]
    for value in mark.args[1]:
        is_named = isinstance(value, ONE_VALUE)
        values = value.values if is_named else (value,) if len(names) == 1 else tuple(value)
        yield str(value.id or "") if is_named else "", dict(zip(map(str.strip, names), values, strict=True))


def _joined(several: Sequence[Example]) -> Example:
    return "-".join(name for name, _ in several if name), {
        name: value for _, values in several for name, value in values.items()
    }


def _each_tried(function: Callable[..., None], examples: Sequence[Example]) -> Callable[[], None]:
    """Return a test that tries all examples, and tells each that fails; it is skipped where all are."""

    @wraps(function)
    def together() -> None:
        faults: list[BaseException] = []
        skipped: list[BaseException] = []
        for name, values in examples:
            try:
                function(**values)
            except pytest.skip.Exception as reason:
                skipped.append(reason)
            except (Exception, pytest.fail.Exception) as fault:  # noqa: BLE001 - each is told below
                fault.add_note(f"with {name} {_shown(values)}")
                faults.append(fault)
        if faults:
            raise BaseExceptionGroup(f"{len(faults)} of {len(examples)} examples fail", faults)
        if len(skipped) == len(examples):
            raise skipped[0]

    together.__signature__ = Signature()
    return together


def _shown(values: dict[str, object]) -> str:
    return ", ".join(f"{name}={repr(value)[:MAX_SHOWN_CHARS]}" for name, value in values.items())
