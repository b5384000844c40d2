"""The plugin as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StationConfig(AppConfig):
    """Holds service stations."""

    name = "acme_station"
    label = "acme_station"
    verbose_name = _("Service stations")
    default_auto_field = "django.db.models.BigAutoField"
