"""What runs in the background: sending one event at once; whatever is left over, the schedule sends."""

from __future__ import annotations

from uuid import UUID

from django_tasks import task


@task
def send_event(event: str) -> None:
    """The first attempt of each delivery of an event, except to webhooks that fail anyway."""
    # Sending stands above the outbox, which names this task.
    from civicnet.delivery.sending import send_due

    send_due(event=UUID(event))
