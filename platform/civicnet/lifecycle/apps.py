"""The life cycle as a Django app: it loads the plugins' front doors when all apps are ready."""

from functools import partial

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class LifecycleConfig(AppConfig):
    """Comes after all plugins in INSTALLED_APPS, so that their models are ready when their hooks register."""

    name = "civicnet.lifecycle"
    label = "civicnet_lifecycle"
    verbose_name = _("Plugins")
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        """Stand around what plugins do when they are ready: nobody is yet, and everybody's models are there."""
        from civicnet.lifecycle.loading import chosen
        from civicnet.lifecycle.registry import registry

        super().import_models()
        manifests = {one.package: one for one in chosen().loadable}
        for config in apps.get_app_configs():
            if manifest := manifests.get(config.name):
                config.ready = partial(registry.make_ready, manifest, config.ready)  # type: ignore[method-assign]

    def ready(self) -> None:
        """Register every loadable plugin's hooks, say what comes and goes with one, and follow where sites answer."""
        from django.db.models.signals import post_delete, post_migrate, post_save
        from wagtail.models import Site

        from civicnet.ledger.stamps import leave_out
        from civicnet.lifecycle import brought, due_pages
        from civicnet.lifecycle.consequences import tell_of
        from civicnet.lifecycle.generation import bump
        from civicnet.lifecycle.inventory import write_inventories
        from civicnet.lifecycle.models import HookTiming, PluginFault, ScheduleRun
        from civicnet.lifecycle.orphans import SCHEDULE
        from civicnet.lifecycle.registry import registry
        from civicnet.lifecycle.schedules import register
        from civicnet.lifecycle.site_roots import follow
        from civicnet.lifecycle.sites import forget_site

        post_delete.connect(forget_site, sender=Site, dispatch_uid="civicnet_lifecycle.forget_site")
        tell_of(brought.consequences)
        registry.load()
        for signal in (post_save, post_delete):
            signal.connect(bump, sender=Site, dispatch_uid="civicnet.lifecycle.sites")
        follow()
        post_migrate.connect(write_inventories, sender=self)
        register(SCHEDULE)
        register(due_pages.SCHEDULE)
        leave_out(HookTiming, PluginFault, ScheduleRun)
