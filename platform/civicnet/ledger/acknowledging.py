"""Acknowledging: what no witness knows, because a process died between a commit and its line, is vouched for by hand.

The verifier cannot tell such a record from a forged one, so it keeps finding it until somebody who has looked says that it is
genuine. That is a line of its own in the witness, under its key, and a deed of its own in the audit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicnet.contract import Actor, Conflict, InvalidInput, require
from civicnet.ledger import witness
from civicnet.ledger.content import moment
from civicnet.ledger.findings import Report
from civicnet.ledger.models import AuditRecord, AuditSeal
from civicnet.ledger.services import record
from civicnet.ledger.verify_database import verify_database

SEAL = "seal:"


class NothingToAcknowledge(Conflict):
    """It is witnessed, or it is not there."""

    code = "NOTHING_TO_ACKNOWLEDGE"
    message = _("Nothing of this name lacks only its witness. Verify again, and look at what else was found.")


def waiting(report: Report) -> dict[str, list[AuditRecord | AuditSeal]]:
    """What lacks nothing but its witness: chains by name with the records in question, and seals as ``seal:4``."""
    found: dict[str, list[AuditRecord | AuditSeal]] = {}
    worse = {one.chain for one in report.findings if one.code not in ("unwitnessed", "seal_unwitnessed")}
    for one in report.findings:
        if one.code == "unwitnessed" and one.chain not in worse:
            found[one.chain] = list(
                AuditRecord.objects.filter(chain=one.chain, position__gte=one.position).order_by("position")
            )
        elif one.code in ("seal_unwitnessed", "checkpoint_missing") and not one.chain and one.position is not None:
            found |= {f"{SEAL}{seal.number}": [seal] for seal in AuditSeal.objects.filter(number=one.position)}
    return found


def acknowledge(*, names: list[str], actor: Actor, reason: str, operator: str) -> Iterator[str]:
    """Vouch for chains as far as they go now, and for seals; yields each name once it is done.

    Raises:
        Refused: not by a person on a screen; the command asks.
        InvalidInput: no reason was given.
        NothingToAcknowledge: one of them lacks no witness, or lacks more than that; those before it are done.
        OSError, ImproperlyConfigured: the witness cannot be written.
    """
    require(actor.kind == "system")
    if not reason.strip():
        raise InvalidInput(_("Say why: the reason is kept with the change."), field="reason")
    found = waiting(verify_database())
    for name in names:
        if name not in found:
            raise NothingToAcknowledge(field=name)
        _vouch(found[name][-1], actor=actor, reason=reason, operator=operator)
        yield name


@transaction.atomic
def _vouch(last: AuditRecord | AuditSeal, *, actor: Actor, reason: str, operator: str) -> None:
    place: dict[str, Any] = (
        {"seal": last.number} if isinstance(last, AuditSeal) else {"chain": last.chain, "position": last.position}
    )
    after = {**place, "digest": last.digest, "operator": operator}
    record(actor=actor, action="audit.acknowledge", subject=last, after=after, reason=reason)
    witness.attest_by_hand({**place, "digest": last.digest, "operator": operator, "at": moment(timezone.now())})
