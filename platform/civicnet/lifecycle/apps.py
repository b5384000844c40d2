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
        """Register every loadable plugin's hooks, say what comes and goes with one, and follow where sites answer."""
        from django.db.models.signals import post_delete, post_save
        from wagtail.models import Site

        from civicnet.lifecycle import brought
        from civicnet.lifecycle.consequences import tell_of
        from civicnet.lifecycle.generation import bump
        from civicnet.lifecycle.registry import registry
        from civicnet.lifecycle.sites import forget_site

        post_delete.connect(forget_site, sender=Site, dispatch_uid="civicnet_lifecycle.forget_site")
        tell_of(brought.consequences)
        registry.load()
        for signal in (post_save, post_delete):
            signal.connect(bump, sender=Site, dispatch_uid="civicnet.lifecycle.sites")
