"""The steps of the day, each by the person whose work it is."""

from civicnet_site.demo.steps.article import publish_article
from civicnet_site.demo.steps.assessment import assess_a_worker
from civicnet_site.demo.steps.case import take_care_of_a_request
from civicnet_site.demo.steps.portal import read_as_portal
from civicnet_site.demo.steps.roster import import_rosters
from civicnet_site.demo.steps.switch import switch_hotline

__all__ = [
    "assess_a_worker",
    "import_rosters",
    "publish_article",
    "read_as_portal",
    "switch_hotline",
    "take_care_of_a_request",
]
