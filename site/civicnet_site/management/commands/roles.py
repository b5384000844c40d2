"""``civicnet roles``: the standard roles of a city, made where they are missing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from civicnet.access.actors import SYSTEM
from civicnet_site.roles import PERMISSIONS, set_up_roles


class Command(BaseCommand):
    help = "Make the standard roles that are missing; roles that are there stay as they were edited."

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up, and say of every role what became of it."""
        done = set_up_roles(actor=SYSTEM)
        for role, group in done.groups.items():
            if role in done.made:
                self.stdout.write(f"+ {group.name}: made, {len(PERMISSIONS[role])} permissions")
            else:
                self.stdout.write(f"= {group.name}: there already, left as it is")
        for name in done.dropped:
            self.stdout.write(f"- {name}: nobody was in it, taken away")
