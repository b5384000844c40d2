"""Writing publicity: every change to placements, channels, reviews and their set-up, and to what articles are checked by."""

from civicnet_publicity.services.by_hand import keep_out, let_in, note_gone
from civicnet_publicity.services.channels import confirm_delivery, keep_channel, retry_delivery
from civicnet_publicity.services.following import (
    follow_below,
    follow_channels,
    follow_move,
    keep_in_step,
    look_below_soon,
    send_anew,
)
from civicnet_publicity.services.gate import (
    checked,
    findings_on,
    override_checks,
    require_passed,
    stopping,
    take_back_copy,
)
from civicnet_publicity.services.linking import follow_interpretations
from civicnet_publicity.services.links import ask_addresses, ask_again
from civicnet_publicity.services.placing import (
    follow_approval,
    follow_publication,
    follow_unpublication,
    place_article,
    withdraw_article,
)
from civicnet_publicity.services.planning import close_plan, follow_plans, plan_article
from civicnet_publicity.services.reminding import remind_overdue
from civicnet_publicity.services.reported_views import report_views
from civicnet_publicity.services.reviews import record_review
from civicnet_publicity.services.setting_up import set_up_editors, set_up_reviews
from civicnet_publicity.services.sheets import make_up, seal_sheet, take_sheet
from civicnet_publicity.services.taking_back import former, mark_of_page, take_back_page
from civicnet_publicity.services.taking_back_pictures import mark_of_picture, take_back_picture
from civicnet_publicity.services.taking_down import take_down
from civicnet_publicity.services.types import (
    keep_column_field,
    keep_column_type,
    move_column_field,
    remove_column_type,
    restore_column_field,
    retire_column_field,
)
from civicnet_publicity.services.urgent import allow_urgent
from civicnet_publicity.services.words import drop_leader, drop_word, keep_leader, keep_start_set, keep_word
from civicnet_publicity.services.writing import write_article, write_column

__all__ = [
    "allow_urgent",
    "ask_addresses",
    "ask_again",
    "checked",
    "close_plan",
    "confirm_delivery",
    "drop_leader",
    "drop_word",
    "findings_on",
    "follow_approval",
    "follow_below",
    "follow_channels",
    "follow_interpretations",
    "follow_move",
    "follow_plans",
    "follow_publication",
    "follow_unpublication",
    "former",
    "keep_channel",
    "keep_column_field",
    "keep_column_type",
    "keep_in_step",
    "keep_leader",
    "keep_out",
    "keep_start_set",
    "keep_word",
    "let_in",
    "look_below_soon",
    "make_up",
    "mark_of_page",
    "mark_of_picture",
    "move_column_field",
    "note_gone",
    "override_checks",
    "place_article",
    "plan_article",
    "record_review",
    "remind_overdue",
    "remove_column_type",
    "report_views",
    "require_passed",
    "restore_column_field",
    "retire_column_field",
    "retry_delivery",
    "seal_sheet",
    "send_anew",
    "set_up_editors",
    "set_up_reviews",
    "stopping",
    "take_back_copy",
    "take_back_page",
    "take_back_picture",
    "take_down",
    "take_sheet",
    "withdraw_article",
    "write_article",
    "write_column",
]
