"""What runs in the background: checking a file, letting its rows in or taking them back, writing an approved export."""

from __future__ import annotations

from uuid import UUID

from django_tasks import task

from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check

QUEUE = "exchange"


@task(queue_name=QUEUE)
def check_import(job: str) -> None:
    """Check one job."""
    run_check(UUID(job))


@task(queue_name=QUEUE)
def apply_import(job: str) -> None:
    """Apply one job, from where it stands."""
    run_apply(UUID(job))


@task(queue_name=QUEUE)
def undo_import(job: str) -> None:
    """Take back what one job wrote, from where it stands."""
    # An import that was to be all or nothing enqueues it itself.
    from civicnet.exchange.undoing import run_undo

    run_undo(UUID(job))


@task(queue_name=QUEUE)
def prepare_disclosure(request: str) -> None:
    """Write the sealed file of one approved request."""
    # It enqueues itself anew after a crash.
    from civicnet.exchange.preparing import run_prepare

    run_prepare(UUID(request))
