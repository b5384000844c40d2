"""Writing publicity: every change to placements, reviews and their set-up, and to what articles are checked by."""

from civicnet_publicity.services.gate import (
    checked,
    findings_on,
    override_checks,
    require_passed,
    stopping,
    take_back_copy,
)
from civicnet_publicity.services.links import ask_addresses, ask_again
from civicnet_publicity.services.placing import (
    follow_publication,
    follow_unpublication,
    place_article,
    withdraw_article,
)
from civicnet_publicity.services.reminding import remind_overdue
from civicnet_publicity.services.reviews import record_review
from civicnet_publicity.services.setting_up import set_up_editors, set_up_reviews
from civicnet_publicity.services.sheets import make_up, seal_sheet, take_sheet
from civicnet_publicity.services.urgent import allow_urgent
from civicnet_publicity.services.words import drop_leader, drop_word, keep_leader, keep_start_set, keep_word
from civicnet_publicity.services.writing import write_article, write_column

__all__ = [
    "allow_urgent",
    "ask_addresses",
    "ask_again",
    "checked",
    "drop_leader",
    "drop_word",
    "findings_on",
    "follow_publication",
    "follow_unpublication",
    "keep_leader",
    "keep_start_set",
    "keep_word",
    "make_up",
    "override_checks",
    "place_article",
    "record_review",
    "remind_overdue",
    "require_passed",
    "seal_sheet",
    "set_up_editors",
    "set_up_reviews",
    "stopping",
    "take_back_copy",
    "take_sheet",
    "withdraw_article",
    "write_article",
    "write_column",
]
