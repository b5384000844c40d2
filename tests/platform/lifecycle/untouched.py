"""What a refused act must leave as it was: switches, settings, changes, audit and generation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from civicnet.contract import CivicNetError
from civicnet.ledger.models import AuditRecord, ChangeRecord
from civicnet.lifecycle.models import Generation, PluginChange, PluginSiteState, PluginState


def generation() -> int:
    return Generation.objects.get(pk=1).value


def everything() -> dict[str, Any]:
    """All that an act on plugins could touch."""
    return {
        "states": list(PluginState.objects.order_by("slug").values("slug", "enabled", "sunset_until", "settings")),
        "sites": list(
            PluginSiteState.objects.order_by("slug", "site_id").values("slug", "site_id", "mode", "settings")
        ),
        "changes": PluginChange.objects.count(),
        "audit": AuditRecord.objects.count(),
        "feed": ChangeRecord.objects.count(),
        "generation": generation(),
    }


@contextmanager
def refused(error: type[CivicNetError], *, match: str | None = None, field: str | None = None) -> Iterator[None]:
    """Expect a refusal that leaves everything as it was."""
    before = everything()
    with pytest.raises(error, match=match) as refusal:
        yield
    assert refusal.value.field == field
    assert everything() == before
