"""Who may do what with articles beyond their text; the text itself is governed by Wagtail's page permissions."""

from __future__ import annotations

from civicnet.contract import Actor

PLACE = "civicnet_publicity.place_article"
SEE_PLACEMENTS = "civicnet_publicity.view_placement"
READ_DRAFTS = "civicnet_publicity.view_draft"
IMPORT = "civicnet_publicity.import_articles"
EXPORT = "civicnet_publicity.export_articles"
PUBLISH_IMPORTED = "civicnet_publicity.publish_imported"
KEEP_WORDS = "civicnet_publicity.keep_words"
OVERRIDE_CHECKS = "civicnet_publicity.override_checks"
WATCH = "civicnet_publicity.watch_columns"
MANAGE_CHANNELS = "civicnet_publicity.manage_channels"
CONFIRM = "civicnet_publicity.confirm_delivery"


def can_manage_channels(actor: Actor) -> bool:
    """May set up the channels to which articles go, with their secrets."""
    return actor.may(MANAGE_CHANNELS)


def can_confirm(actor: Actor) -> bool:
    """May say, as the portal of a channel, that an article stands there or is gone."""
    return actor.may(CONFIRM)


ALLOW_URGENT = "civicnet_publicity.allow_urgent"
SEE_SHEETS = "civicnet_publicity.view_approvalsheet"
TAKE_SHEETS = "civicnet_publicity.take_approvalsheet"


def can_place(actor: Actor) -> bool:
    """May put published articles into columns of other sites and channels, and take them out again."""
    return actor.may(PLACE)


def can_see_withdrawn(actor: Actor) -> bool:
    """May know where an article used to stand."""
    return actor.may(SEE_PLACEMENTS) or actor.may(PLACE)


def can_read_drafts(actor: Actor) -> bool:
    """May read what is written and not published, at the address of the site on which it will stand."""
    return actor.may(READ_DRAFTS)


def can_publish_imported(actor: Actor) -> bool:
    """May publish what a file brings in without the three reviews: a right of its own, and part of no role at first."""
    return actor.may(PUBLISH_IMPORTED)


def can_keep_words(actor: Actor) -> bool:
    """May keep the dictionary and the list of leaders, by which all articles are checked."""
    return actor.may(KEEP_WORDS)


def can_override_checks(actor: Actor) -> bool:
    """May let an article pass in spite of findings, with a reason that is recorded."""
    return actor.may(OVERRIDE_CHECKS)


def can_watch(actor: Actor) -> bool:
    """Is told when columns go stale: on the desk, and once a week in a letter."""
    return actor.may(WATCH)


def can_allow_urgent(actor: Actor) -> bool:
    """May send an article straight to its last review, with a reason that is recorded."""
    return actor.may(ALLOW_URGENT)


def can_see_sheets(actor: Actor) -> bool:
    """May read all approval sheets and see all reviews that run, whoever writes the articles."""
    return actor.may(SEE_SHEETS)


def can_take_sheets(actor: Actor) -> bool:
    """May take approval sheets that they may read out as PDF."""
    return actor.may(TAKE_SHEETS)


def can_set_up(actor: Actor) -> bool:
    """May decide who writes and who reviews: the platform's administrators, who may also add sites."""
    return actor.may("wagtailcore.change_site")


MANAGE_TYPES = "civicnet_publicity.manage_column_types"


def can_manage_types(actor: Actor) -> bool:
    """May make types of columns, by which forms, sites, sheets and the open interface change for everybody."""
    return actor.may(MANAGE_TYPES)
