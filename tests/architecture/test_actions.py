"""Every action that the sources record is called something: people read the audit, not codes."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from civicnet.access.models.personal_act import PersonalActKind
from civicnet.console.audit_words import WORDS
from civicnet_hotline.models import Action

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "plugins",
    "access",
    "audit",
    "delivery",
    "exchange",
    "gateway",
    "site",
    "workdays",
    "grid",
    "hotline",
    "publicity",
    "assessment",
)
CODE = re.compile(rf"({'|'.join(ROOMS)})\.[a-z0-9_]+")
WRITERS = {"record", "reveal", "_write"}


def manifests() -> dict[str, dict[str, dict[str, str]]]:
    """What each bundled plugin calls its actions."""
    found = {}
    for path in ROOT.glob("plugins/*/*/plugin.toml"):
        manifest = tomllib.loads(path.read_text(encoding="utf-8"))
        found[manifest["slug"]] = manifest.get("actions", {})
    return found


def known() -> set[str]:
    return set(WORDS) | {code for actions in manifests().values() for code in actions}


def recorded(root: Path) -> Iterator[tuple[str, str]]:
    """Codes that stand in files which write to the audit; of a code put together at run time, its beginning and a star."""
    for path in sorted([*root.glob("p*/**/*.py"), *root.glob("site/**/*.py")]):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        if not any(isinstance(call.func, ast.Name) and call.func.id in WRITERS for call in calls):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                yield str(path.relative_to(root)), node.value
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginning = str(node.values[0].value)
                if re.fullmatch(rf"({'|'.join(ROOMS)})\.[a-z_]*", beginning):
                    yield str(path.relative_to(root)), f"{beginning}*"


def unnamed(root: Path) -> set[tuple[str, str]]:
    """Codes without words."""
    codes = known()
    return {
        (path, code)
        for path, code in recorded(root)
        if not any(one == code or (code.endswith("*") and one.startswith(code[:-1])) for one in codes)
        # The literal part of a code that is put together is met once more by itself.
        and not any(one.startswith(code) for one in codes)
    }


def test_every_recorded_action_has_words() -> None:
    assert len(set(recorded(ROOT))) > 40
    assert unnamed(ROOT) == set()


def test_actions_put_together_at_run_time_have_words() -> None:
    codes = known()

    assert {f"hotline.{one.lower()}" for one in Action.values} <= codes
    assert {f"access.personal_{one.lower()}" for one in PersonalActKind.values} <= codes
    assert {"publicity.review_approved", "publicity.review_rejected"} <= codes
    assert {f"access.{verb}_organisation" for verb in ("create", "rename", "move", "merge", "close")} <= codes


def test_an_action_without_words_is_found(tmp_path: Path) -> None:
    path = tmp_path / "plugins/permits/civicnet_grid/services.py"
    path.parent.mkdir(parents=True)
    path.write_text('record(actor=actor, action="grid.never_heard_of", subject=row)\n')

    assert {code for _path, code in unnamed(tmp_path)} == {"grid.never_heard_of"}


@pytest.mark.parametrize("slug", sorted(manifests()))
def test_plugins_name_their_own_actions_in_both_languages(slug: str) -> None:
    for code, texts in manifests()[slug].items():
        assert code.startswith(f"{slug}.")
        assert set(texts) == {"zh-hans", "en"} and all(texts.values())
