"""What runs in the background: checking a file, and letting its good rows in."""

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
