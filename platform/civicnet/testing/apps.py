"""The author kit as a Django app: no tables, only what it adds to ``civicnet plugins``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TestingConfig(AppConfig):
    """Lays out new plugins and writes the reference of hooks; its fixtures and suite are pytest's business."""

    name = "civicnet.testing"
    label = "civicnet_testing"
    verbose_name = _("Author kit")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer the sub-commands."""
        from civicnet.lifecycle.subcommands import offer
        from civicnet.testing.hook_reference import HOOKS
        from civicnet.testing.scaffolding import NEW

        offer(NEW)
        offer(HOOKS)
