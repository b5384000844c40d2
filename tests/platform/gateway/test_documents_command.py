"""``civicnet documents``: a build registers its whole set again and again, all or nothing."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.gateway.models import TrustedDocument

pytestmark = pytest.mark.django_db

ONE, OTHER = "query One { platform { version } }\r\n", "query Other { __typename }"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def run(*arguments: str) -> list[str]:
    out = io.StringIO()
    call_command("documents", *arguments, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A document as a file, and a manifest as build tools write one."""
    (tmp_path / "one.graphql").write_bytes(ONE.encode())
    (tmp_path / "set.json").write_text(json.dumps({digest(OTHER): OTHER}))
    return [str(tmp_path / "one.graphql"), str(tmp_path / "set.json")]


def test_files_and_manifests_are_registered_byte_by_byte_and_listed(files: list[str]) -> None:
    set_name = f"set {digest(OTHER)[:12]}"
    lines = [f"sha256:{digest(ONE)}  one", f"sha256:{digest(OTHER)}  {set_name}"]

    assert run("add", *files) == [f"{line}  registered" for line in lines]
    assert run("add", *files) == [f"{line}  known" for line in lines]
    assert run("list") == [f"{line}  everybody  never used" for line in lines]


def test_one_that_does_not_fit_keeps_all_out(files: list[str], tmp_path: Path) -> None:
    bad = tmp_path / "bad.graphql"
    bad.write_text("{ nothing }")

    with pytest.raises(CommandError, match=r"bad\.graphql"):
        run("add", *files, str(bad))

    assert not TrustedDocument.objects.exists()


@pytest.mark.parametrize("content", ["[]", "{", '{"a": 1}', json.dumps({"0" * 64: ONE}), json.dumps({"name": ONE})])
def test_a_manifest_that_names_documents_otherwise_than_by_their_text_is_refused(tmp_path: Path, content: str) -> None:
    manifest = tmp_path / "set.json"
    manifest.write_text(content)

    with pytest.raises(CommandError, match=r"set\.json"):
        run("add", str(manifest))


def test_a_document_of_a_client_is_ended_by_its_hash(files: list[str], city) -> None:
    owner = create_client(name="门户", organisation=city["222403"], scopes=[], actor=SYSTEM)[0]
    with pytest.raises(CommandError, match="no API client named 无"):
        run("add", files[0], "--client", "无")
    run("add", files[0], "--client", "门户")
    assert TrustedDocument.objects.get().client == owner

    assert run("end", f"sha256:{digest(ONE)}", "--reason", "门户改版") == [f"sha256:{digest(ONE)}  one  ended"]

    assert run("list") == []
    (line,) = run("list", "--all")
    assert line.startswith(f"sha256:{digest(ONE)}  one  门户  never used  ended ") and line.endswith(": 门户改版")
    for unknown in (digest(ONE), "x"):
        with pytest.raises(CommandError, match="no document of this hash"):
            run("end", unknown, "--reason", "x")
