"""No file of the repository holds a secret: no private key, no key of ours, no password in an address."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {
    "private key": re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}"),
    "API key of ours": re.compile(rb"\bcvn_[A-Za-z0-9]{8,}_?[A-Za-z0-9]{24,}\b"),
    "cloud key": re.compile(rb"\b(?:AKIA|ASIA|LTAI)[A-Za-z0-9]{16,}\b"),
    "token of a forge": re.compile(rb"\b(?:ghp|gho|ghs|glpat|github_pat)[_-][A-Za-z0-9_]{20,}\b"),
    "signed token": re.compile(rb"\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}"),
    "password in an address": re.compile(
        rb"\b(?:postgres(?:ql)?|mysql|redis|amqp|https?)://[^\s:/@'\"{}<>]+:([^\s:/@'\"{}<>$]{4,})@"
    ),
    "setting with its secret": re.compile(
        rb"""\b(?:SECRET_KEY|[A-Z_]*_SECRET|[A-Z_]*PASSWORD)\s*[=:]\s*["']([A-Za-z0-9+/=_-]{24,})["']"""
    ),
    "file of a machine's settings": re.compile(rb"\A(?:export )?SECRET_KEY=\S{16,}", re.MULTILINE),
}
# What documents and tests say in place of a secret.
PLAINLY_NONE = {b"password", b"secret"}
MOST_BYTES = 2_000_000


def tracked(root: Path) -> list[Path]:
    """What git tracks, and what it would track at the next `git add`."""
    git = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, cwd=root, capture_output=True, check=True, text=True).stdout
    return [root / name for name in sorted(set(listed.split("\0"))) if name and (root / name).is_file()]


def secrets_in(root: Path) -> list[str]:
    """Each file with the kind of secret it seems to hold."""
    found = []
    for path in tracked(root):
        if path.stat().st_size > MOST_BYTES or path.suffix == ".mo":
            continue
        content = path.read_bytes()
        for kind, pattern in SECRETS.items():
            if any(not PLAINLY_NONE & set(match.groups()) for match in pattern.finditer(content)):
                found.append(f"{path.relative_to(root)}: {kind}")
    return found


def test_no_file_holds_a_secret() -> None:
    assert secrets_in(ROOT) == []


# Written in halves, so that this file does not find itself.
@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("private key", "-----BEGIN RSA PRIVATE" + " KEY-----\n" + "A" * 64),
        ("API key of ours", "cvn" + "_demo1234_" + "k" * 40),
        ("cloud key", "LTAI" + "4" * 20),
        ("token of a forge", "ghp" + "_" + "a" * 36),
        ("signed token", "ey" + "J" + "a" * 24 + ".ey" + "J" + "b" * 24 + "." + "c" * 24),
        ("password in an address", "postgres://city:" + "hunter2x" + "@db:5432/city"),
        ("setting with its secret", "SECRET_" + 'KEY = "' + "x" * 40 + '"'),
    ],
)
def test_a_secret_is_found(tmp_path: Path, kind: str, line: str) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "some.py").write_text(f"# A line\n{line}\n")

    assert secrets_in(tmp_path) == [f"some.py: {kind}"]


def test_what_documents_say_in_its_place_is_none(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "README.md").write_text("DATABASE_URL=postgres://user:password@127.0.0.1/civicnet\n")

    assert secrets_in(tmp_path) == []
