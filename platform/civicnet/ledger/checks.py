"""Checks of the ledger's settings: keys for the witness, time to keep, and no door in the triggers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from civicnet.cipher.ring import audit_keys

# GB/T 22239 and the Cybersecurity Law, article 21: logs are kept for six months at least.
FEWEST_DAYS = 180


def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The witness can sign, and nobody means to keep records for less than the law wants."""
    found: list[CheckMessage] = []
    if settings.CIVICNET_AUDIT_RETENTION_DAYS < FEWEST_DAYS:
        sentence = (
            f"CIVICNET_AUDIT_RETENTION_DAYS must be at least {FEWEST_DAYS}: audit records are kept for six months."
        )
        found.append(Error(sentence, id="civicnet.ledger.E001"))
    if settings.CIVICNET_AUDIT_CHECKPOINTS:
        try:
            audit_keys()
        except ImproperlyConfigured as error:
            found.append(Error(f"{error} The audit's checkpoints are signed with it.", id="civicnet.ledger.E002"))
    return found


def check_gate(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Outside tests the triggers of the ledger have no door."""
    if not settings.CIVICNET_LEDGER_GATE:
        return []
    sentence = "CIVICNET_LEDGER_GATE is for tests: with it, whoever has SQL can empty the audit."
    return [Error(sentence, id="civicnet.ledger.E003")]
