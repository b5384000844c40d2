"""Everything that may happen to a case. Other modules import from here, never from the submodules."""

from civicnet_hotline.services.callers import reveal_phone
from civicnet_hotline.services.categories import CategoryRow, keep_categories, open_category
from civicnet_hotline.services.closing import follow_up_case, withdraw_case
from civicnet_hotline.services.correcting import Fault, report_error
from civicnet_hotline.services.handling import dispatch_case, reply_to_case, return_case, sign_for_case
from civicnet_hotline.services.handover import hand_over_all_cases, hand_over_cases
from civicnet_hotline.services.intake import Caller, Place, submit_case

__all__ = [
    "Caller",
    "CategoryRow",
    "Fault",
    "Place",
    "dispatch_case",
    "follow_up_case",
    "hand_over_all_cases",
    "hand_over_cases",
    "keep_categories",
    "open_category",
    "reply_to_case",
    "report_error",
    "return_case",
    "reveal_phone",
    "sign_for_case",
    "submit_case",
    "withdraw_case",
]
