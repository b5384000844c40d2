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
        """Hear of switches and look by itself now and then; tell what a switch moves; keep the feed; have the plugins' parts tried first."""
        from django.db.models.signals import post_migrate

        from civicnet.gateway import brought
        from civicnet.gateway.announcing import connect
        from civicnet.gateway.feed import announcing, keeping
        from civicnet.gateway.parts import parts
        from civicnet.gateway.usage import keep_uses
        from civicnet.lifecycle.consequences import tell_of
        from civicnet.lifecycle.rehearsal import rehearse
        from civicnet.lifecycle.schedules import register

        connect()
        announcing.connect()
        for schedule in keeping.SCHEDULES:
            register(schedule)
        post_migrate.connect(keeping.install_after_migrating, sender=self)
        tell_of(brought.consequences)
        rehearse(parts)
        keep_uses()
