"""Codes of errors: each one that the gateway's sources give stands in the table, and the table names no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TABLE = ROOT / "docs/reference/graphql-errors.md"
GATEWAY = ROOT / "platform/civicnet/gateway"
# What else answers at this door: who is asking, and what every service may raise.
BESIDE = ("access/keys.py", "access/refusals.py", "contract/errors.py")
RAISERS = {"BadRequest", "DocumentRefused", "plain_error"}
# The class that no error is raised as.
NEVER = {"ERROR"}


def documented() -> set[str]:
    """Codes of the table's first column."""
    rows = [line.split("|")[1] for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return {code for cell in rows for code in re.findall(r"`([A-Z_]+)`", cell)}


def given(source: str) -> Iterator[str]:
    """Codes that a module gives: as an error's first argument, as ``code=``, as a class's ``code``, under "code"."""
    for node in ast.walk(ast.parse(source)):
        values: list[ast.expr | None] = []
        if isinstance(node, ast.Call):
            values = [one.value for one in node.keywords if one.arg == "code"]
            values += node.args[:1] if getattr(node.func, "id", "") in RAISERS else []
        elif isinstance(node, ast.Dict):
            values = [value for key, value in zip(node.keys, node.values, strict=True) if _is_code(key)]
        elif isinstance(node, ast.Assign):
            values = [node.value] if getattr(node.targets[0], "id", "") == "code" else []
        for value in values:
            # Also one of two: "A" if … else "B".
            parts = ast.walk(value) if isinstance(value, ast.IfExp) else [value]
            texts = (one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str))
            # Something else may be called so, in small letters.
            yield from (one for one in texts if one.isupper())


def _is_code(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and key.value == "code"


def sources() -> list[Path]:
    return [*sorted(GATEWAY.rglob("*.py")), *(ROOT / "platform/civicnet" / name for name in BESIDE)]


def test_every_code_that_is_given_stands_in_the_table_and_no_other() -> None:
    found = {code for path in sources() for code in given(path.read_text(encoding="utf-8"))}

    assert found - NEVER == documented()


def test_every_way_of_giving_a_code_is_found() -> None:
    source = """
class One(CivicNetError):
    code = "ONE_CODE"
BadRequest("TWO_CODES", "…")
Other("…", code="THREE_CODES")
{"code": "FOUR_CODES"}
code = "FIVE_CODES" if something else "SIX_CODES"
"""
    assert set(given(source)) == {f"{number}_CODES" for number in ("TWO", "THREE", "FOUR", "FIVE", "SIX")} | {
        "ONE_CODE"
    }
