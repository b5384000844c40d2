"""The page about plugin.toml names every key that the reader looks for, and no other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from civicnet.lifecycle import manifest, settings_schema
from civicnet.lifecycle.settings_schema import KINDS

PAGE = (Path(__file__).resolve().parents[3] / "docs/reference/plugin-toml.md").read_text(encoding="utf-8")
# Of `permissions`, told in the row itself; the rest of a personal field likewise.
WITHIN_A_ROW = {"sensitive", "wide", "model", "field", "purpose", "counted_from", "retention_days"}


def keys_read() -> set[str]:
    """Keys by which the reader of manifests looks into tables."""
    tree = ast.parse(Path(manifest.__file__).read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in ("entry", "data"):
            found |= _texts([node.slice])
        elif isinstance(node, ast.Call) and _asks_a_table(node.func):
            found |= _texts(node.args[:1])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_plugins":
            found |= _texts(node.args)
    return found


def _asks_a_table(function: ast.expr) -> bool:
    tables = ("entry", "data")
    return isinstance(function, ast.Attribute) and function.attr == "get" and ast.unparse(function.value) in tables


def _texts(nodes: list[ast.expr]) -> set[str]:
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def rows() -> set[str]:
    """Names in the first column of the tables."""
    cells = re.findall(r"^\| (`[^|]+) \|", PAGE, re.M)
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def test_the_page_names_every_key_and_kind_and_no_other():
    of_settings = set(settings_schema._KEYS)
    keys = keys_read()

    assert keys >= {"slug", "requires_plugins", "optional_plugins", "settings", *WITHIN_A_ROW}
    assert rows() == (keys - WITHIN_A_ROW - {"settings"}) | of_settings | set(KINDS)
    assert all(f"`{name}`" in PAGE for name in WITHIN_A_ROW)
    assert "[settings.NAME]" in PAGE
