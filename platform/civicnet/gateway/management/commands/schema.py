"""``civicnet schema``: print the GraphQL schema with every loaded plugin on."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from civicnet.gateway.composer import compose
from civicnet.lifecycle.registry import registry


class Command(BaseCommand):
    help = "Print the GraphQL schema in SDL, as schema.graphql keeps it."

    def handle(self, *args: Any, **options: Any) -> None:
        """To standard output."""
        self.stdout.write(compose(frozenset(registry.manifests)).sdl)
