"""Sentences for findings: a code and its gaps are kept, and told in the language of whoever reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Any] = {
    # normalised
    "full_width_space": _("Spaces were taken out."),
    "spaces": _("Spaces, or signs that nobody sees, were taken out."),
    "separators": _("Dashes and spaces between the digits were taken out."),
    "full_width_digits": _("Full-width digits became ordinary ones."),
    "number_cell": _("The cell held a number; it was read as text."),
    "country_prefix": _("The country prefix 86 was taken off."),
    "case_or_space": _("Spaces were taken out, or a small x became a capital X."),
    "date_cell": _("The cell held a date and was read as such."),
    "date_style": _("The date was rewritten as year-month-day."),
    "month_precision": _("Only a month is given; the first day of that month was taken."),
    "example_word": _("The word for an example was passed over: the rest of the row is not the template's."),
    # faults
    "example_left": _("This cell still calls the row an example. Write its own value here, or delete the row."),
    "required": _("This cell must be filled in."),
    "too_long": _("The text is longer than %(most)s characters."),
    "formula": _("The cell begins like a formula. Write plain text."),
    "markup": _("The cell contains web page code. Write plain text."),
    "unknown_choice": _("This is not one of the known values: %(choices)s."),
    "unknown_code": _("Nothing is known by this code."),
    "out_of_scope": _("This row lies outside the area you are responsible for."),
    "code_length": _("The code must have exactly %(length)s digits."),
    "number": _("This is not a number."),
    "whole_number": _("This must be a whole number, without decimals."),
    "number_limits": _("This must be a number from %(least)s to %(most)s."),
    "date": _("This is not a date. Write it like 2023-06-30."),
    "ambiguous_date": _("The cell holds a number that may mean two dates. Write it as text, like 2023-06-30."),
    "phone_length": _("A mobile number has 11 digits; here are %(length)s."),
    "phone_shape": _("A mobile number begins with 13 to 19."),
    "phone_signs": _("A mobile number consists of digits only."),
    "several_values": _("Two numbers stand in this cell. Keep one."),
    "precision_lost": _(
        "The cell held a number, and the program cut its last digits. "
        "Format the column as text and type the number again."
    ),
    "id_length": _("An ID number has 18 characters; here are %(length)s."),
    "id_signs": _("An ID number consists of 17 digits and a digit or X."),
    "birth_date": _("The birth date inside the ID number does not exist."),
    "checksum": _("The last character of the ID number does not fit the others. Compare it with the ID card."),
    "duplicate_in_file": _("The same stands in row %(row)s already."),
    "several_matches": _("%(count)s entries fit this row. Give the code of the one that is meant."),
    "held_elsewhere": _("This belongs to an area you are not responsible for."),
    # left as it is
    "changed_meanwhile": _("What is held was changed after the preview; the row was left out. Upload it again."),
    "column_gone": _("A field that the row fills in was taken away after the preview; the row was left out."),
    "changed_since": _("%(label)s was changed after the import, and stays as it is."),
    "referred_to": _("%(label)s is in use by now, and stays."),
    "stays_together": _("%(label)s goes with something of the same row that stays, and stays as it is."),
    "gone_since": _("%(label)s is not there any more."),
    "no_right_to_undo": _("You may not change %(label)s any more; it stays as it is."),
    "ruled_out": _("A rule of today is against the former state of %(label)s; it stays as it is."),
    "outside_by_now": _(
        "This row lies outside the area you are responsible for, or goes with one that does; it stays."
    ),
    "in_hand": _("Somebody is at work on %(label)s; it stays as it is."),
    # skipped
    "subtotal_row": _("A subtotal; not imported."),
    "footer": _("A line below the table; not imported."),
    "example_row": _("The example row of the template; not imported."),
    "number_only": _("Only the serial number is filled in; not imported."),
}


class Gaps(dict[str, Any]):
    """What fills the gaps of a sentence; a gap that nothing fills shows an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "…"


def tell(code: str, params: Mapping[str, Any], own: Mapping[str, Any]) -> str:
    """The sentence for a code in the reader's language; a resource's own sentences come first.

    A code that nobody has a sentence for is shown as it is.
    """
    sentence = own.get(code) or SENTENCES.get(code)
    if sentence is None:
        return code
    told = str(sentence) % Gaps(params)
    return f"{told} {_did_you_mean(params)}" if "like" in params else told


def _did_you_mean(params: Mapping[str, Any]) -> str:
    return gettext("Did you mean %(like)s?") % Gaps(params)
