"""The gateway as a Django app: templates, the schema command, and what each site was last told of its schema."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatewayConfig(AppConfig):
    """Serves GraphQL, and tells webhooks when a site's schema has changed."""

    name = "civicnet.gateway"
    label = "civicnet_gateway"
    verbose_name = _("Open interface")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of switches, and have the plugins' parts of the schema tried before any process serves them."""
        from civicnet.gateway.announcing import connect
        from civicnet.lifecycle.rehearsal import rehearse

        connect()
        rehearse(_compose_parts)


def _compose_parts() -> None:
    from civicnet.gateway.composer import parts

    parts()
