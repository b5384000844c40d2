"""The hotline as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HotlineConfig(AppConfig):
    """Holds categories, cases and their steps."""

    name = "civicnet_hotline"
    label = "civicnet_hotline"
    verbose_name = _("Hotline")
    default_auto_field = "django.db.models.BigAutoField"
