"""Resetting a breaker: an administrator lets a hook be called again at once, instead of waiting for its next try."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from civicnet.contract import Actor, NotFound, require
from civicnet.ledger.models import Operation
from civicnet.ledger.services import record
from civicnet.lifecycle.activation import PERMISSION
from civicnet.lifecycle.breaker import close_breaker
from civicnet.lifecycle.models import HookBreaker
from civicnet.lifecycle.reasons import checked_reason


@transaction.atomic
def reset_breaker(*, slug: str, hook: str, actor: Actor, reason: str = "") -> None:
    """Let a hook of a plugin be called again, in all processes from their next request on.

    Raises:
        Refused: the actor may not move switches.
        NotFound: this hook of this plugin is not stopped.
    """
    require(actor.may(PERMISSION))
    breaker = HookBreaker.objects.select_for_update().filter(slug=slug, hook=hook).first()
    if breaker is None:
        raise NotFound(_("%(hook)s of %(plugin)s is not stopped.") % {"hook": hook, "plugin": slug})
    record(
        actor=actor,
        action="plugins.reset_breaker",
        subject=breaker,
        # Not what it raised: that may hold anything, and the audit forgets nothing.
        before={"failed_tries": breaker.trips},
        reason=checked_reason(reason) if reason.strip() else "",
        operation=Operation.DELETE,
    )
    close_breaker(slug, hook)
