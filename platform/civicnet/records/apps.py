"""The definitions of fields as a Django app: it keeps no table of its own, plugins keep their definitions themselves."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    """Kinds of fields, and what is made of them."""

    name = "civicnet.records"
    label = "civicnet_records"
    verbose_name = _("Defined fields")

    def ready(self) -> None:
        """Offer the kinds that are there from the beginning."""
        from civicnet.records.kinds import choosing, numbers, offer, pictures, words

        for kind in (*words.KINDS, *numbers.KINDS, *choosing.KINDS, *pictures.KINDS):
            offer(kind)
