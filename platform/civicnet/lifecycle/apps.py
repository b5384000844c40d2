"""The life cycle as a Django app: it loads the plugins' front doors when all apps are ready."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LifecycleConfig(AppConfig):
    """Comes after all plugins in INSTALLED_APPS, so that their models are ready when their hooks register."""

    name = "civicnet.lifecycle"
    label = "civicnet_lifecycle"
    verbose_name = _("Plugins")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register every loadable plugin's hooks, and let every process know when a site answers elsewhere."""
        from django.db.models.signals import post_delete, post_save
        from wagtail.models import Site

        from civicnet.lifecycle.generation import bump
        from civicnet.lifecycle.registry import registry

        registry.load()
        for signal in (post_save, post_delete):
            signal.connect(bump, sender=Site, dispatch_uid="civicnet.lifecycle.sites")
