"""Why jobs stop or wait: sentences by code, so that each reader is told in their own language, whoever wrote them down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from civicnet.contract import Refused
from civicnet.exchange.errors import REFUSALS, NotTakenBack, ResourceOff, RowsChanged
from civicnet.exchange.models import ImportJob

GAVE_UP = "GAVE_UP"
NO_QUEUE = "NO_QUEUE"
ROWS_CONFLICT = "ROWS_CONFLICT"
WAITED_TOO_LONG = "WAITED_TOO_LONG"
UNDO_WAITED_TOO_LONG = "UNDO_WAITED_TOO_LONG"
SENTENCES: dict[str, Any] = {
    GAVE_UP: _("The platform tried several times and could not finish. Tell your administrator."),
    NO_QUEUE: _(
        "The background work does not answer at the moment. What you asked for is kept and goes on by itself as soon as it "
        "does; there is no need to do it again."
    ),
    WAITED_TOO_LONG: _("Nobody went on with it in time. Upload the file again."),
    UNDO_WAITED_TOO_LONG: _(
        "The plugin for these rows was off until the time for an undo was over. What was not taken back by then stays; "
        "correct it by hand, or by another file."
    ),
    ROWS_CONFLICT: _("Rows of this file do not fit what is held already. Upload the file again to check it."),
    Refused.code: Refused.message,
    **{one.code: one.message for one in (NotTakenBack, ResourceOff, RowsChanged)},
}


def error_sentence(job: ImportJob) -> str:
    """Why a job stopped or waits, in the reader's language where the sentence is one of ours.

    What a plugin has said in words of its own stays as it was said, also under a code of ours.
    """
    if refusal := REFUSALS.get(job.error_code):
        return refusal.sentence(job.error_params)
    sentence = SENTENCES.get(job.error_code)
    if sentence is None or job.error not in _in_all_languages(sentence, job.error_params):
        return job.error
    return _filled(sentence, job.error_params)


def _in_all_languages(sentence: Any, params: dict[str, Any]) -> Iterator[str]:
    for language, _name in settings.LANGUAGES:
        with override(language):
            text = _filled(sentence, params)
        yield text


def _filled(sentence: Any, params: dict[str, Any]) -> str:
    # Older jobs have kept the sentence alone, with its gaps filled.
    return str(sentence) % params if params else str(sentence)
