"""The next index number of a site."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from civicnet_publicity.errors import NoIndexNumber
from civicnet_publicity.index_numbers import RULE
from civicnet_publicity.models import ArticlePage, HomePage
from civicnet_publicity.selectors.public import STEP

LAST = 99_999


def next_index_number(*, column: Any, year: int) -> str:
    """The number after the highest one given in the year. Two people at once get the same; the database keeps one.

    Raises:
        NoIndexNumber: the site's home page has no issuer code, or the year is used up.
    """
    issuer = HomePage.objects.filter(path=column.path[:-STEP]).values_list("issuer_code", flat=True).first()
    if not issuer:
        raise NoIndexNumber(
            _("Write the index number, or let the administrator enter the issuer code on the home page."),
            field="index_number",
        )
    first, last = (RULE.write(issuer=issuer, year=year, serial=serial) for serial in (0, LAST))
    given = ArticlePage.objects.filter(index_number__range=(first, last))
    highest = given.order_by("-index_number").values_list("index_number", flat=True).first()
    serial = RULE.serial(highest) + 1 if highest else 1
    if serial > LAST:
        raise NoIndexNumber(_("The index numbers of %(year)d are used up.") % {"year": year}, field="index_number")
    return RULE.write(issuer=issuer, year=year, serial=serial)
