"""Error reports: what readers find wrong on our websites is a case like others, with its own category and deadline."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.utils.translation import gettext, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from civicnet.access.actors import SYSTEM
from civicnet.contract import ANONYMOUS
from civicnet_hotline.errors import NoReports
from civicnet_hotline.hookspecs import ReportedPage
from civicnet_hotline.models import Case, Category, Group, Source
from civicnet_hotline.routing import known_post
from civicnet_hotline.selectors import category_of_reports
from civicnet_hotline.services.categories import open_category
from civicnet_hotline.services.intake import (
    MOST_ADDRESS,
    MOST_ADDRESS_ID,
    NOBODY,
    Caller,
    Place,
    checked_caller,
    checked_description,
    take_in,
)
from civicnet_hotline.wording import one_line

CODE = "site-error"
# Long enough for a sentence and its correction; what is longer is a request.
MOST_WORDS = 1000
# In what the editors read; the reader may have chosen another language.
_EDITORS = "zh-hans"


class Fault(models.TextChoices):
    """What is wrong with a page."""

    TYPO = "TYPO", pgettext_lazy("error on a page", "A wrong word or sign")
    LINK = "LINK", pgettext_lazy("error on a page", "A link, picture or file that does not open")
    OUTDATED = "OUTDATED", pgettext_lazy("error on a page", "Something that is no longer true")
    OTHER = "OTHER", pgettext_lazy("error on a page", "Something else")


def report_error(*, page: ReportedPage, fault: Fault, words: str, caller: Caller = NOBODY, once: str = "") -> Case:
    """Open a case for an error on a page, with the post that answers for the page, or a dispatcher where there is none.

    A form sent twice with the same ``once`` is one case.

    Raises:
        NoReports: the office has closed the category.
        InvalidInput: a value is malformed or too long; ``field`` says which.
    """
    said, who, category = checked_description(words, Source.WEB), checked_caller(caller), _category()
    with override(_EDITORS):
        told = gettext("%(fault)s: %(words)s") % {"fault": fault.label, "words": said}
    # The address may hold names of places: who answers is known, and nobody is asked for a grid.
    place = Place(
        address=one_line(f"{page.title} {page.address}")[:MOST_ADDRESS], address_id=page.key[:MOST_ADDRESS_ID]
    )
    return take_in(ANONYMOUS, Source.WEB, category, told, place, who, once, known_post(page.desk))


def _category() -> Category:
    """The open category of error reports, made when the first one comes."""
    known = category_of_reports()
    if known is None:
        with override(_EDITORS):
            name = str(_("Errors on our websites"))
        try:
            return open_category(actor=SYSTEM, code=CODE, name=name, group=Group.CORRECTION)
        except (IntegrityError, ValidationError):
            # Another first one came at the same moment.
            known = category_of_reports()
    if known is None or not known.active:
        raise NoReports()
    return known
