"""The gateway as a Django app: templates and the schema command."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatewayConfig(AppConfig):
    """Serves GraphQL; holds no tables of its own yet."""

    name = "civicnet.gateway"
    label = "civicnet_gateway"
    verbose_name = _("Open interface")

    def ready(self) -> None:
        """Have the plugins' parts of the schema tried before any process serves them."""
        from civicnet.lifecycle.rehearsal import rehearse

        rehearse(_compose_parts)


def _compose_parts() -> None:
    from civicnet.gateway.composer import parts

    parts()
