"""Which status an answer has, by how far the request came and the media type of the answer."""

from __future__ import annotations

from enum import Enum

from django.conf import settings

from civicnet.gateway.http.negotiation import RESPONSE_TYPE


class Stage(Enum):
    """How far a request came that was understood as HTTP: its status by habit, and that of the draft of August 2026."""

    # The document cannot be read.
    PARSE = 400, 400
    # The document does not fit the schema, or the operation or the variables do not fit the document.
    REQUEST = 400, 422
    # It ran, and some fields could not be answered.
    PARTIAL = 200, 294
    DONE = 200, 200


def status_of(stage: Stage, media: str) -> int:
    """The status of an answer in this media type; ``CIVICNET_GRAPHQL_DRAFT_2026_08`` chooses between the two columns."""
    # A caller that reads application/json takes any other status for that of something between us.
    if media != RESPONSE_TYPE:
        return 200
    habit, draft = stage.value
    return draft if settings.CIVICNET_GRAPHQL_DRAFT_2026_08 else habit
