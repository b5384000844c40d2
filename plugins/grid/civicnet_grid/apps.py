"""The grid plugin as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridConfig(AppConfig):
    """Holds grids, the people who serve in them, their posts and absences."""

    name = "civicnet_grid"
    label = "civicnet_grid"
    verbose_name = _("Grids")
    default_auto_field = "django.db.models.BigAutoField"
