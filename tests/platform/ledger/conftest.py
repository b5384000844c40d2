"""A ledger that commits and is witnessed: deeds of several writers, in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from civicnet.access.actors import SYSTEM
from civicnet.ledger import chain
from civicnet.ledger.models import AuditRecord
from civicnet.ledger.services import record
from civicnet.lifecycle.models import PluginState

Deed = Callable[..., AuditRecord]


@pytest.fixture
def checkpoints(settings: Settings, tmp_path: Path) -> Path:
    """The folder of the witness."""
    settings.CIVICNET_AUDIT_CHECKPOINTS = str(tmp_path / "checkpoints")
    return tmp_path / "checkpoints"


@pytest.fixture
def new_writer(transactional_db: None) -> Iterator[Callable[[], None]]:
    """Begins a chain of its own, as another connection would; the test begins with one."""
    chain.begin_anew(connection)
    yield lambda: chain.begin_anew(connection)
    chain.begin_anew(connection)


@pytest.fixture
def deed(checkpoints: Path, new_writer: Callable[[], None], plugins_on: None) -> Deed:
    """Records one deed and commits it: ``deed(3)`` is the third, with facts that tell it from the others."""
    subject = PluginState.objects.get(slug="grid")

    def commit(number: int = 1) -> AuditRecord:
        with transaction.atomic():
            return record(
                actor=SYSTEM,
                action="plugins.enable",
                subject=subject,
                before={"count": number - 1, "share": number / 3, "names": ["旧", None]},
                after={"count": number, "share": float(number), "names": ("新", True)},
                reason=f"第{number}次",
            )

    return commit
