"""The exchange as a Django app: jobs, spools and findings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    """Imports and exports; what can be exchanged comes from the plugins' resources."""

    name = "civicnet.exchange"
    label = "civicnet_exchange"
    verbose_name = _("Import and export")
    default_auto_field = "django.db.models.BigAutoField"
