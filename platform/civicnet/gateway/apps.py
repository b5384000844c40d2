"""The gateway as a Django app: templates, the schema command, and counts of who calls what."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatewayConfig(AppConfig):
    """Serves GraphQL, and keeps how often which client used which field."""

    name = "civicnet.gateway"
    label = "civicnet_gateway"
    verbose_name = _("Open interface")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell what a plugin's switch moves in the schema, and have old counts deleted."""
        from civicnet.gateway.schema_consequences import in_the_schema
        from civicnet.gateway.usage import keep_uses
        from civicnet.lifecycle.consequences import tell_of

        tell_of(in_the_schema)
        keep_uses()
