"""Which status an answer has, by how far the request came and the media type of the answer."""

from __future__ import annotations

from enum import Enum

from civicnet.gateway.http.negotiation import RESPONSE_TYPE


class Stage(Enum):
    """How far a request came that was understood as HTTP."""

    PARSE = "the document does not parse, or is too large to be looked at"
    REQUEST = "the document does not fit the schema, or the operation or variables do not fit the document"
    DONE = "it ran"


def status_of(stage: Stage, media: str) -> int:
    """The status of an answer in this media type."""
    # application/json keeps the habit of answering 200 to what the server understood as HTTP.
    return 200 if stage is Stage.DONE or media != RESPONSE_TYPE else 400
