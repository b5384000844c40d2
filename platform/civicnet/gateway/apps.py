"""The gateway as a Django app: templates, commands, the change feed, who calls what, what each site was told."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatewayConfig(AppConfig):
    """Serves GraphQL, keeps how often which client used which field, and tells webhooks of changed schemas and content."""

    name = "civicnet.gateway"
    label = "civicnet_gateway"
    verbose_name = _("Open interface")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of switches and look by itself now and then; tell what a switch moves; have the plugins' parts tried first;
        keep the feed; tidy up at night; offer what roles may hold.
        """
        from django.core import checks
        from django.db.models.signals import post_migrate

        from civicnet.gateway import brought
        from civicnet.gateway.announcing import connect
        from civicnet.gateway.cache import outgoing
        from civicnet.gateway.content.sizes import size_problems
        from civicnet.gateway.deadline import watch_statements
        from civicnet.gateway.feed import announcing, keeping
        from civicnet.gateway.grants import offer_grants
        from civicnet.gateway.idempotency import keep_tidy as keep_calls_tidy
        from civicnet.gateway.models import (
            AnnouncedSchema,
            CallerDay,
            FeedEntry,
            FeedMark,
            FeedState,
            FieldUse,
            HourBudget,
            IdempotentCall,
            PersistedDocument,
            RefusedDay,
            SlowDocument,
            TrustedDocument,
        )
        from civicnet.gateway.parts import parts
        from civicnet.gateway.persisted.services import keep_tidy
        from civicnet.gateway.preview.checks import address_problems
        from civicnet.gateway.traffic import keep_traffic
        from civicnet.gateway.usage import keep_uses
        from civicnet.ledger.stamps import ignore, leave_out
        from civicnet.lifecycle.consequences import tell_of
        from civicnet.lifecycle.rehearsal import rehearse
        from civicnet.lifecycle.schedules import register

        checks.register(size_problems)
        checks.register(address_problems)
        connect()
        announcing.connect()
        outgoing.connect()
        for schedule in keeping.SCHEDULES:
            register(schedule)
        post_migrate.connect(keeping.install_after_migrating, sender=self)
        tell_of(brought.consequences)
        rehearse(parts)
        keep_uses()
        keep_tidy()
        keep_calls_tidy()
        offer_grants()
        keep_traffic()
        watch_statements()
        leave_out(AnnouncedSchema, FieldUse, CallerDay, RefusedDay, SlowDocument, HourBudget, PersistedDocument)
        leave_out(IdempotentCall)
        ignore(TrustedDocument, "used_on")
        # Whoever asks for changes brings the feed forward: such an answer is never kept.
        leave_out(FeedEntry, FeedMark, FeedState)
