"""The next index number of a site."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from civicnet_publicity.errors import NoIndexNumber
from civicnet_publicity.index_numbers import RULE
from civicnet_publicity.models import ArticlePage, HomePage, IndexNumber
from civicnet_publicity.selectors.public import STEP

LAST = 99_999


def next_index_number(*, column: Any, year: int) -> str:
    """The number after the highest one ever given in the year, whatever became of its article.

    Two people at once get the same; the database keeps one.

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
    noted = IndexNumber.objects.filter(number__range=(first, last)).order_by("-number")
    highest = noted.values_list("number", flat=True).first()
    serial = RULE.serial(highest) + 1 if highest else 1
    if serial > LAST:
        raise NoIndexNumber(_("The index numbers of %(year)d are used up.") % {"year": year}, field="index_number")
    return RULE.write(issuer=issuer, year=year, serial=serial)


def belongs_to_another(number: str, *, article: int | None) -> bool:
    """Whether an article that is there has this number, or had it when readers saw it. One statement, mostly.

    A document that was deleted may come back with its number.
    """
    holder = (
        IndexNumber.objects.filter(number=number)
        .exclude(article=article or 0)
        .values_list("article", flat=True)
        .first()
    )
    found = ArticlePage.objects.filter(pk=holder).select_related("latest_revision").first() if holder else None
    if found is None:
        return False
    written = found.latest_revision.content.get("index_number") if found.latest_revision else None
    return found.first_published_at is not None or number in (found.index_number, written)
