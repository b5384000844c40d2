"""What can go wrong with articles and placements, as a caller sees it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from civicnet.contract import Conflict, InvalidInput, Refused


class NotPublished(Conflict):
    """Only what readers can already see may be placed elsewhere."""

    code = "ARTICLE_NOT_PUBLISHED"
    message = _("Publish the article before placing it on another site.")


class CannotPlace(Conflict):
    """Something on the other site stands in the way; the sentence says what."""

    code = "CANNOT_PLACE"


class NotPlaced(Conflict):
    """The article does not stand in that column."""

    code = "NOT_PLACED"
    message = _("The article does not stand in this column.")


class NoIndexNumber(InvalidInput):
    """No index number can be made: the site has no issuer code, or the year's numbers are used up."""

    code = "NO_INDEX_NUMBER"


class AddressTaken(Conflict):
    """Another article answers at this address."""

    code = "ADDRESS_TAKEN"


class DraftsRefused(Refused):
    """Drafts are a scope of their own."""

    message = _("Drafts are read with the scope publicity.drafts only. Ask your administrator for it.")
