"""The life cycle as a Django app: it loads the plugins' front doors when all apps are ready."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LifecycleConfig(AppConfig):
    """Comes after all plugins in INSTALLED_APPS, so that their models are ready when their hooks register."""

    name = "civicnet.lifecycle"
    label = "civicnet_lifecycle"
    verbose_name = _("Plugins")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register every loadable plugin's hooks; keep what each stores, after migrations, and look for orphans at night."""
        from civicnet.lifecycle.inventory import write_inventories
        from civicnet.lifecycle.orphans import SCHEDULE
        from civicnet.lifecycle.registry import registry
        from civicnet.lifecycle.schedules import register

        registry.load()
        post_migrate.connect(write_inventories, sender=self)
        register(SCHEDULE)
