"""Blocks get their verdicts, and lose their markup, compiled as interpreted."""

import pytest

from harvester import native
from harvester.models import Block, Kept, Markup, Part, Removed, Role, Trace, Verdict, all_judged, all_untraced

TEXT, MENU = Kept(Part.TEXT), Removed("navigation", "place:menu")


def block(text: str, verdict: Verdict | None = None, trace: Trace | None = None) -> Block:
    return Block(Role.PARAGRAPH, text, None, 0, "en", "p", -1, verdict=verdict, trace=trace)


BLOCKS = (block("A"), block("B", MENU), block("C", TEXT, Trace(Markup([], [], [], []), [0], -1)))


@pytest.fixture(params=[True, False], ids=["compiled", "interpreted"], autouse=True)
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.param:
        monkeypatch.setattr(native, "CORE", None)
    elif native.CORE is None:
        pytest.skip("nothing is compiled here")


def test_each_block_has_the_verdict_given() -> None:
    judged = all_judged(BLOCKS, [TEXT, MENU, None])
    assert judged == (BLOCKS[0]._replace(verdict=TEXT), BLOCKS[1], BLOCKS[2]._replace(verdict=None))
    assert {type(one) for one in judged} == {Block}
    assert judged[2].trace is BLOCKS[2].trace


def test_blocks_lose_their_markup_and_nothing_else() -> None:
    assert all_untraced(BLOCKS) == (*BLOCKS[:2], BLOCKS[2]._replace(trace=None))
    assert all_untraced(()) == ()


def test_a_verdict_for_each_block_is_asked_for() -> None:
    with pytest.raises(ValueError, match=r"as many|shorter"):
        all_judged(BLOCKS, [TEXT])


def test_a_field_that_is_not_there_is_refused() -> None:
    if native.CORE is not None:
        for rows, field in ((BLOCKS, 11), (BLOCKS, -1), ((1,), 0)):
            with pytest.raises(ValueError, match="field"):
                native.CORE.with_field(rows, field, None)
