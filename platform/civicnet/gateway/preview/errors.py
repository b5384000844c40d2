"""What can be wrong with a preview's token, as its bearer sees it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from civicnet.contract import CivicNetError, Conflict


class PreviewExpired(CivicNetError):
    """The token was one of ours and its minutes are over."""

    code = "PREVIEW_EXPIRED"
    status = 410
    message = _("This preview is over. Open it once more from the editor.")


class PreviewInvalid(CivicNetError):
    """The token opens nothing here; whether it is forged, of another site, or of what is gone is not told."""

    code = "PREVIEW_INVALID"
    status = 404
    message = _("There is nothing to preview here. Open it once more from the editor.")


class NoPreview(Conflict):
    """Of this page no portal can show a preview."""

    code = "NO_PREVIEW"
    message = _("This page cannot be previewed in a portal: save it first, and see that it is not under a restriction.")
