"""Settings: every way in which Django's settings are changed after they were read."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from civicnet.lifecycle.lint.reading import Source

_SETTINGS = "django.conf.settings"
_CHANGES = {"append", "extend", "insert", "remove", "update", "setdefault", "pop", "clear", "add", "discard"}
_OVERRIDES = {"django.test.override_settings", "django.test.utils.override_settings", f"{_SETTINGS}.configure"}


def changed_settings(source: Source) -> Iterator[tuple[int, str]]:
    """Assignments, deletions, calls that change a list or a dictionary in place, and overrides."""
    for node in ast.walk(source.tree):
        for target in _targets(node):
            if name := _below_settings(source, target):
                yield target.lineno, name
    for call, name in source.calls():
        base, _dot, verb = name.rpartition(".")
        if name in _OVERRIDES or (base.startswith(f"{_SETTINGS}.") and verb in _CHANGES):
            yield call.lineno, name
        by_name = isinstance(call.func, ast.Name) and call.func.id in ("setattr", "delattr")
        if by_name and call.args and source.dotted(call.args[0]) == _SETTINGS:
            yield call.lineno, _SETTINGS


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign | ast.Delete):
        return node.targets
    return [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []


def _below_settings(source: Source, target: ast.expr) -> str:
    while isinstance(target, ast.Subscript):
        target = target.value
    name = source.dotted(target)
    return name if name.startswith(f"{_SETTINGS}.") else ""
