"""What the tests of the house ask of each module, read once: making and walking its tree takes most of their time."""

import ast
import gc
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src"
MODULES = {".".join(path.relative_to(SOURCE).with_suffix("").parts): path for path in SOURCE.rglob("*.py")}


@dataclass(frozen=True, slots=True)
class Written:
    """A string that a module spells out."""

    value: str
    line: int  # from 1
    source: str  # the lines it stands on
    is_key: bool  # it looks something up


@dataclass(frozen=True, slots=True)
class Facts:
    """What one module says."""

    imports: tuple[str, ...]  # full names, also those inside functions
    relative: bool  # whether an import is
    read: frozenset[str]  # names that are read, not set
    strings: tuple[Written, ...]  # without docstrings
    undescribed: tuple[str, ...]  # public classes, functions and methods without a docstring; "" is the module


def tree_of(source: str) -> ast.Module:
    """Return the tree of a source.

    Without the garbage collector: its callbacks (hypothesis has one) may move the recursion limit while CPython 3.11
    makes the tree, which ends in SystemError "AST constructor recursion depth mismatch".
    """
    gc.disable()
    try:
        return ast.parse(source)
    finally:
        gc.enable()


@cache
def facts_of(module: str) -> Facts:
    """Return what a module says, by its full name."""
    return facts_in(MODULES[module].read_text(encoding="utf-8"))


def facts_in(source: str) -> Facts:
    """Return what a source says."""
    tree = tree_of(source)
    nodes = list(ast.walk(tree))
    return Facts(
        tuple(name for node in nodes for name in _imported(node)),
        any(isinstance(node, ast.ImportFrom) and node.level > 0 for node in nodes),
        frozenset(node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)),
        tuple(_strings(nodes, source.splitlines())),
        tuple([""] * (ast.get_docstring(tree) is None) + [node.name for node in _public(tree.body) if not _says(node)]),
    )


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _strings(nodes: list[ast.AST], lines: list[str]) -> Iterator[Written]:
    silent = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    keys = {id(node.slice) for node in nodes if isinstance(node, ast.Subscript)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            source = "\n".join(lines[node.lineno - 1 : node.end_lineno])
            yield Written(node.value, node.lineno, source, id(node) in keys)


Described = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _public(body: list[ast.stmt]) -> Iterator[Described]:
    """Yield the public classes and functions of a module, and the public methods of its public classes."""
    for node in body:
        if isinstance(node, Described) and not node.name.startswith("_"):
            yield node
            yield from _public(node.body if isinstance(node, ast.ClassDef) else [])


def _says(node: Described) -> bool:
    return bool(ast.get_docstring(node))
