"""Working days as a Django app: the days that were entered here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkdaysConfig(AppConfig):
    """The calendar by which deadlines are counted."""

    name = "civicnet.workdays"
    label = "civicnet_workdays"
    verbose_name = _("Working days")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer what roles may hold, and say when the arrangement of a year is missing."""
        from django.core.checks import Tags, register

        from civicnet.access.grants import Grant, offer
        from civicnet.lifecycle.health import tell_of_health
        from civicnet.workdays.coming import missing_year_problem, problems
        from civicnet.workdays.permissions import KEEP

        label = _("Enter public holidays and the working days made up for them")
        offer("platform", _("The platform"), [Grant(KEEP, label, wide=True)])
        tell_of_health(problems)
        register(missing_year_problem, Tags.database, deploy=True)
