"""Sign-in as a Django app: templates, records and checks; its few facts live with the person."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignInConfig(AppConfig):
    """Lockout, idle sessions, passwords, the second factor and single sign-on."""

    name = "civicnet_site.sign_in"
    label = "civicnet_sign_in"
    verbose_name = _("Sign-in")

    def ready(self) -> None:
        """Listen to what Django and axes announce, add the deployment checks, and clear up at night."""
        from civicnet_site.sign_in import checks, records  # noqa: F401
        from civicnet_site.sign_in.clearing import clear_nightly

        clear_nightly()
