"""The assessment plugin as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentConfig(AppConfig):
    """Holds assessment forms, their items, and filed assessments."""

    name = "civicnet_assessment"
    label = "civicnet_assessment"
    verbose_name = _("Assessment")
    default_auto_field = "django.db.models.BigAutoField"
