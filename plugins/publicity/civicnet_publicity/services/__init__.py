"""Writing publicity: every change to placements, reviews and their set-up."""

from civicnet_publicity.services.placing import (
    follow_publication,
    follow_unpublication,
    place_article,
    withdraw_article,
)
from civicnet_publicity.services.reviews import record_review
from civicnet_publicity.services.setting_up import set_up_editors, set_up_reviews
from civicnet_publicity.services.writing import write_article, write_column

__all__ = [
    "follow_publication",
    "follow_unpublication",
    "place_article",
    "record_review",
    "set_up_editors",
    "set_up_reviews",
    "withdraw_article",
    "write_article",
    "write_column",
]
