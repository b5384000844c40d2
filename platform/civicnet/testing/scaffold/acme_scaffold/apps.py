"""The plugin as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScaffoldConfig(AppConfig):
    """Holds service points."""

    name = "acme_scaffold"
    label = "acme_scaffold"
    verbose_name = _("Service points")
    default_auto_field = "django.db.models.BigAutoField"
