"""A person's password and sessions: changing the one, ending the others."""

from __future__ import annotations

from django.db import transaction

from civicnet.access.models import User
from civicnet.contract import Actor
from civicnet.ledger.services import record


@transaction.atomic
def change_password(*, person: User, password: str, actor: Actor) -> None:
    """Set the password a person chose; every session that knows the old one ends."""
    person.set_password(password)
    person.must_change_password = False
    person.save(update_fields=["password", "password_changed_at", "must_change_password"])
    record(actor=actor, action="access.change_password", subject=person)


@transaction.atomic
def ask_for_new_password(*, person: User, actor: Actor, reason: str) -> None:
    """Let the person in no further than to the page where the password is changed."""
    person.must_change_password = True
    person.save(update_fields=["must_change_password"])
    record(actor=actor, action="access.ask_for_new_password", subject=person, reason=reason)


@transaction.atomic
def end_sessions(*, person: User, actor: Actor, reason: str) -> None:
    """End every session of the person, at once and in all processes; a session of before never comes back to life."""
    person.session_round += 1
    person.save(update_fields=["session_round"])
    record(actor=actor, action="access.end_sessions", subject=person, reason=reason)
