"""``civicnet deliveries``: list what webhooks were sent, send one again, or send now what is due."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from civicnet.contract import Actor, CivicNetError
from civicnet.delivery.models import Delivery, DeliveryState
from civicnet.delivery.selectors import visible_deliveries
from civicnet.delivery.sending import send_due
from civicnet.delivery.services import replay_delivery


class Command(BaseCommand):
    help = "List deliveries to webhooks, send one again, or send what is due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``list [--state STATE]``, ``replay NUMBER``, ``send``."""
        parser.add_argument("act", choices=["list", "replay", "send"], nargs="?", default="list")
        parser.add_argument("number", nargs="?", help="which delivery, by its number")
        parser.add_argument("--state", choices=[one.lower() for one in DeliveryState.values])
        parser.add_argument("--most", type=int, default=50, help="how many are listed, the newest first")

    def handle(self, *args: Any, act: str, number: str | None, state: str | None, most: int, **options: Any) -> None:
        """Do it, or say in one sentence why not."""
        actor = Actor(kind="system", id="cli", label=getpass.getuser())
        if act == "send":
            self.stdout.write(f"{send_due()} tried")
        elif act == "replay":
            self._replay(number, actor)
        else:
            rows = visible_deliveries(actor)
            for one in (rows.filter(state=state.upper()) if state else rows)[:most]:
                self.stdout.write(_line(one))

    def _replay(self, number: str | None, actor: Actor) -> None:
        try:
            found = visible_deliveries(actor).filter(pk=UUID(number or "")).first()
        except ValueError:
            found = None
        if found is None:
            raise CommandError("name a delivery by its number: civicnet deliveries replay NUMBER")
        try:
            replay_delivery(delivery=found, actor=actor)
        except CivicNetError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{found.pk}: waiting")


def _line(one: Delivery) -> str:
    at = f"{timezone.localtime(one.created_at):%Y-%m-%d %H:%M:%S}"
    told = " ".join(str(part) for part in (one.status, one.failure) if part)
    return f"{one.pk}  {at}  {one.state.lower():<9}  {one.attempts}×  {one.kind}  {one.webhook.url}  {told}".rstrip()
