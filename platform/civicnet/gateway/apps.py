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
        """Hear of switches, and look by itself now and then."""
        from civicnet.gateway.announcing import connect

        connect()
