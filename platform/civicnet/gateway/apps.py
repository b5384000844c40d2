"""The gateway as a Django app: templates, the schema command, who calls what, and what each site was told of its schema."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatewayConfig(AppConfig):
    """Serves GraphQL, keeps how often which client used which field, and tells webhooks when a site's schema has changed."""

    name = "civicnet.gateway"
    label = "civicnet_gateway"
    verbose_name = _("Open interface")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of switches and look by itself now and then; tell what a switch moves; have the plugins' parts tried first;
        tidy up at night; offer what roles may hold.
        """
        from civicnet.gateway import brought
        from civicnet.gateway.announcing import connect
        from civicnet.gateway.grants import offer_grants
        from civicnet.gateway.parts import parts
        from civicnet.gateway.persisted.services import keep_tidy
        from civicnet.gateway.usage import keep_uses
        from civicnet.lifecycle.consequences import tell_of
        from civicnet.lifecycle.rehearsal import rehearse

        connect()
        tell_of(brought.consequences)
        rehearse(parts)
        keep_uses()
        keep_tidy()
        offer_grants()
