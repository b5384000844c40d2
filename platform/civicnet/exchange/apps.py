"""The exchange as a Django app: jobs, spools and findings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    """Imports and exports; what can be exchanged comes from the plugins' resources."""

    name = "civicnet.exchange"
    label = "civicnet_exchange"
    verbose_name = _("Import and export")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer what roles may hold."""
        from django.core import checks

        from civicnet.access import keepers
        from civicnet.access.grants import Grant, offer
        from civicnet.exchange import brought
        from civicnet.exchange.elements import register_problems
        from civicnet.exchange.models import Finding, SpoolChunk, Upload
        from civicnet.exchange.obstacles import under_way
        from civicnet.exchange.personal import KEEPER
        from civicnet.exchange.purging import SCHEDULE
        from civicnet.exchange.sealed_columns import sealing_problems
        from civicnet.ledger.stamps import leave_out
        from civicnet.lifecycle.consequences import tell_of
        from civicnet.lifecycle.obstacles import tell_of_obstacles
        from civicnet.lifecycle.schedules import register

        tell_of(brought.consequences)
        keepers.register(KEEPER)
        register(SCHEDULE)
        tell_of_obstacles(under_way)
        leave_out(Finding, SpoolChunk, Upload)
        checks.register(register_problems)
        checks.register(sealing_problems)

        offer(
            "exchange",
            _("Import and export"),
            [
                Grant("civicnet_exchange.add_importjob", _("Import files"), sensitive=True),
                Grant("civicnet_exchange.view_importjob", _("See the imports of an area"), sensitive=True),
                Grant("civicnet_exchange.add_disclosurerequest", _("Ask for exports of whole numbers"), sensitive=True),
                Grant("civicnet_exchange.view_burden", _("See who asks what, how often, and what it costs")),
                Grant("civicnet_exchange.approve_disclosure", _("Decide on exports of whole numbers"), sensitive=True),
            ],
        )
