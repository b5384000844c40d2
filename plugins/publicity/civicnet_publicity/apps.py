"""Publicity as a Django app: it listens to Wagtail's publishing signals."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicityConfig(AppConfig):
    """Holds pages, placements and the review task."""

    name = "civicnet_publicity"
    label = "civicnet_publicity"
    verbose_name = _("Columns and articles")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers: they do so when they are imported."""
        from civicnet_publicity import receivers  # noqa: F401
