"""Access as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    """Holds people, organisations, positions and API clients."""

    name = "civicnet.access"
    label = "civicnet_access"
    verbose_name = _("Access")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer the grants of this room and those below, and let groups follow positions at midnight and at sign-in."""
        from civicnet.access import brought
        from civicnet.access.following import connect
        from civicnet.access.grants import offer_own
        from civicnet.access.models import ApiClient, ApiKey, ClientRefusal
        from civicnet.access.oauth import keep_tokens_short
        from civicnet.access.purging import keep_accounts
        from civicnet.ledger.stamps import ignore, leave_out
        from civicnet.lifecycle.consequences import tell_of

        tell_of(brought.consequences)
        offer_own()
        connect()
        keep_accounts()
        keep_tokens_short()
        leave_out(ClientRefusal, "oauth2_provider_accesstoken", "civicnet_access_personalact")
        ignore(ApiKey, "last_used_at")
        ignore(ApiClient, "token_used_at")
