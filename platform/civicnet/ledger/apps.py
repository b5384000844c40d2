"""The ledger as a Django app."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    """Holds audit records, the change log and content versions."""

    name = "civicnet.ledger"
    label = "civicnet_ledger"
    verbose_name = _("Ledger")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Lock the tables and stamp the others after each migration, and check the settings."""
        from civicnet.ledger import stamping, stamps
        from civicnet.ledger.checks import check_gate, check_settings
        from civicnet.ledger.models import AuditRecord, AuditSeal, ChangeRecord
        from civicnet.ledger.triggers import install_after_migrating, offer_gate

        post_migrate.connect(install_after_migrating, sender=self)
        post_migrate.connect(stamping.install_after_migrating, sender=self)
        stamps.leave_out(AuditRecord, AuditSeal, ChangeRecord)
        connection_created.connect(offer_gate)
        register(check_settings)
        register(check_gate, Tags.security, deploy=True)
