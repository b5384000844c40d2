"""`civicnet sign_in`: open a locked account, reset a lost phone, ask for a new password, end all sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from civicnet.access.actors import SYSTEM
from civicnet.access.models import User
from civicnet.access.passwords import ask_for_new_password, end_sessions
from civicnet.ledger.services import record
from civicnet_site.sign_in.two_factor import reset_two_factor


class Command(BaseCommand):
    """Each act asks for a reason and is written into the audit."""

    help = "Opens a locked account, resets a lost phone, asks for a new password, or ends all sessions of a person."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the act, the account and the reason."""
        parser.add_argument("act", choices=sorted(ACTS))
        parser.add_argument("username")
        parser.add_argument("--reason", required=True)

    def handle(self, *, act: str, username: str, reason: str, **_options: Any) -> None:
        """Do it, and say what was done."""
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"There is no account {username!r}.")
        if not reason.strip():
            raise CommandError("Give a reason: it is written into the audit.")
        self.stdout.write(ACTS[act](person, reason))


@transaction.atomic
def _unlock(person: User, reason: str) -> str:
    forgotten = AxesProxyHandler.reset_attempts(username=person.username)
    record(actor=SYSTEM, action="access.unlock", subject=person, after={"attempts": forgotten}, reason=reason)
    return f"{person.username} may sign in again ({forgotten} counted addresses forgotten)."


def _reset_two_factor(person: User, reason: str) -> str:
    forgotten = reset_two_factor(person=person, actor=SYSTEM, reason=reason)
    return f"{person.username}: {forgotten} phones forgotten, all sessions ended."


def _ask_new_password(person: User, reason: str) -> str:
    ask_for_new_password(person=person, actor=SYSTEM, reason=reason)
    return f"{person.username} must choose a new password before going on."


def _end_sessions(person: User, reason: str) -> str:
    end_sessions(person=person, actor=SYSTEM, reason=reason)
    return f"{person.username} is signed out everywhere."


ACTS: dict[str, Callable[[User, str], str]] = {
    "unlock": _unlock,
    "reset-two-factor": _reset_two_factor,
    "ask-new-password": _ask_new_password,
    "end-sessions": _end_sessions,
}
