"""What can go wrong with articles and placements, as a caller sees it."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from civicnet.contract import Conflict, InvalidInput, NotFound, Refused
from civicnet_publicity.checks.findings import Finding


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


class UnknownField(InvalidInput):
    """No type of the column has a field by which articles could be found so."""

    code = "UNKNOWN_FIELD"


class BadFieldValue(InvalidInput):
    """What is sought is no value of the field."""

    code = "BAD_FIELD_VALUE"


class ChecksNotPassed(Conflict, PermissionDenied):
    """Findings stop the article; nothing was sent to review or published.

    Wagtail's own screens turn a ``PermissionDenied`` into a page that says so.
    """

    code = "CHECKS_NOT_PASSED"

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        said = str(_("%(findings)s Change the text, or have somebody who may do so let it pass with a reason."))
        super().__init__(said % {"findings": " ".join(one.sentence for one in findings[:5])}, field=findings[0].field)


class NothingToOverride(Conflict):
    """No finding stops this version."""

    code = "NOTHING_TO_OVERRIDE"
    message = _("Nothing stops this version: it can be sent to review as it is.")


class WordGone(NotFound):
    """The entry of the dictionary or of the list of leaders is not there any more."""

    message = _("This entry is gone. Reload the list.")


class PlanGone(NotFound):
    """The planned article is done, given up or gone."""

    message = _("This is not planned any more. Reload the board.")


class NotThere(Conflict):
    """The article is not as the act needs it to be in that channel."""

    code = "NOT_THERE"
    message = _("The article does not stand in this channel.")


class AlreadyDown(Conflict):
    """There is nothing to take down."""

    code = "ALREADY_DOWN"
    message = _("Readers do not see this article any more: it was taken down already.")


class ChannelKindGone(Conflict):
    """Nobody serves channels of this kind now."""

    code = "CHANNEL_KIND_GONE"
    message = _("The plugin that serves this kind of channel is off or gone. Switch it on first.")


class SenderDied(Conflict):
    """A process ended with a delivery in its hands, or took too long over it."""

    code = "SENDER_DIED"
    message = _("The process that was sending it ended. It is tried again by itself.")


class NotReadable(Conflict):
    """What is to stand in a channel cannot be read here now: the next look wishes it gone, or finds it again."""

    code = "ARTICLE_NOT_READABLE"
    message = _("Readers do not see this article now. It is looked at again by itself.")


class WebhookGaveUp(InvalidInput):
    """The webhook of a portal has not taken a message for a day."""

    code = "WEBHOOK_GAVE_UP"
    message = _("The portal has taken no message for a day. Ask its office whether it runs, and send again.")


class MessageLost(Conflict):
    """A message to a portal will not arrive, and another takes its place."""

    code = "MESSAGE_LOST"
    message = _("The portal did not take the message. Another one is sent by itself.")


class AlreadyDecided(Conflict, PermissionDenied):
    """Somebody else decided this step, or changed the text, while this person looked at it; nothing was decided now.

    Wagtail's own screens turn a ``PermissionDenied`` into a page that says so.
    """

    code = "REVIEW_ALREADY_DECIDED"
    message = _("Somebody decided this step or changed the text meanwhile. Reload the article and look at it again.")


class NotInReview(Conflict):
    """The article is not on its way through the reviews."""

    code = "NOT_IN_REVIEW"
    message = _("This article is not in review. Submit it first.")


class NothingToLeaveOut(Conflict):
    """Only the last review is left, which is never left out."""

    code = "NOTHING_TO_LEAVE_OUT"
    message = _("Only the last review is left, and that is never left out.")


class OwnText(Refused):
    """Who worked on a text decides nothing about it."""

    message = _("You worked on this text yourself: another person has to decide.")
