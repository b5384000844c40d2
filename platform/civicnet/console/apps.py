"""The console as a Django app: screens only, no tables."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    """Plugin switches, import screens, the audit list, and the worker's desk."""

    name = "civicnet.console"
    label = "civicnet_console"
    verbose_name = _("Console")
    default_auto_field = "django.db.models.BigAutoField"
