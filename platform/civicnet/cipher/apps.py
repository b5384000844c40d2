"""The cipher as a Django app: it checks at start that its backend and its keys can serve."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


class CipherConfig(AppConfig):
    """Holds no tables."""

    name = "civicnet.cipher"
    label = "civicnet_cipher"
    verbose_name = _("Ciphers")

    def ready(self) -> None:
        """Register the check."""
        register(check_backend)


def check_backend(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The backend knows the standards' examples, and both rings can be read."""
    from civicnet.cipher.backend import backend
    from civicnet.cipher.ring import field_keys, index_keys

    try:
        backend()
        field_keys()
        index_keys()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="civicnet.cipher.E001")]
    return []
