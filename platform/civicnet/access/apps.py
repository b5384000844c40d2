"""Access as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    """Holds people, organisations, positions and API clients."""

    name = "civicnet.access"
    label = "civicnet_access"
    verbose_name = _("Access")
    default_auto_field = "django.db.models.BigAutoField"
