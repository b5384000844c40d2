"""Delivery as a Django app: webhooks and the outbox."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    """Whoever may see and change API clients may see and change their webhooks: it offers no grants of its own."""

    name = "civicnet.delivery"
    label = "civicnet_delivery"
    verbose_name = _("Webhooks")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep sending."""
        from civicnet.delivery.keeping import SCHEDULES
        from civicnet.delivery.models import Delivery
        from civicnet.ledger.stamps import leave_out
        from civicnet.lifecycle.schedules import register

        for schedule in SCHEDULES:
            register(schedule)
        leave_out(Delivery)
