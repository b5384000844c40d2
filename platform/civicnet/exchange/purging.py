"""Purging: uploads and files of full values that are over are deleted, and what has stalled is woken, every few minutes."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from civicnet.access.actors import SYSTEM
from civicnet.contract import Schedule


def _run() -> None:
    # Plugins and their resources are loaded by the time it runs, not yet when it is registered.
    from civicnet.exchange.disclosures import expire_disclosures
    from civicnet.exchange.preparing import resume_disclosures
    from civicnet.exchange.services import resume_stalled
    from civicnet.exchange.spool import forget_the_rest
    from civicnet.exchange.uploads import forget_uploads

    resume_stalled()
    forget_the_rest()
    forget_uploads(actor=SYSTEM)
    expire_disclosures(actor=SYSTEM)
    resume_disclosures()


SCHEDULE = Schedule(
    "exchange.expire_disclosures", _("Delete full exports that are over"), _run, every=timedelta(minutes=10)
)
