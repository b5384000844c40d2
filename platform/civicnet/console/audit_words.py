"""Actions of the host's rooms in words; a plugin gives its own in ``plugin.toml`` under ``[actions]``."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, pgettext_lazy

from civicnet.lifecycle.registry import registry

WORDS: dict[str, Any] = {
    "plugins.enable": pgettext_lazy("audit", "Switched a plugin on"),
    "plugins.disable": pgettext_lazy("audit", "Switched a plugin off"),
    "plugins.set_site_mode": pgettext_lazy("audit", "Set a plugin's switch for one site"),
    "plugins.change_settings": pgettext_lazy("audit", "Changed a plugin's settings"),
    "plugins.change_sunset": pgettext_lazy("audit", "Changed how long a plugin that is off answers null"),
    "plugins.reset_breaker": pgettext_lazy("audit", "Let a stopped hook of a plugin be called again"),
    "plugins.uninstall": pgettext_lazy("audit", "Took a plugin out of the database"),
    "plugins.restore": pgettext_lazy("audit", "Restored a plugin's data from an archive"),
    "plugins.mend_orphans": pgettext_lazy("audit", "Mended a plugin's rows that pointed at nothing"),
    "access.add_short_name": pgettext_lazy("audit", "Added an organisation's short name"),
    "access.create_organisation": pgettext_lazy("audit", "Set up an organisation"),
    "access.rename_organisation": pgettext_lazy("audit", "Renamed an organisation"),
    "access.move_organisation": pgettext_lazy("audit", "Moved an organisation"),
    "access.merge_organisation": pgettext_lazy("audit", "Merged an organisation"),
    "access.close_organisation": pgettext_lazy("audit", "Closed an organisation"),
    "access.take_back_organisation": pgettext_lazy("audit", "Removed an organisation as an import was undone"),
    "access.load_divisions": pgettext_lazy("audit", "Loaded administrative divisions"),
    "access.create_person": pgettext_lazy("audit", "Opened an account"),
    "access.rename_person": pgettext_lazy("audit", "Changed a person's name"),
    "access.deactivate_person": pgettext_lazy("audit", "Closed an account"),
    "access.reactivate_person": pgettext_lazy("audit", "Opened an account again"),
    "access.reset_password": pgettext_lazy("audit", "Set a new password for somebody"),
    "access.change_password": pgettext_lazy("audit", "Changed their own password"),
    "access.ask_for_new_password": pgettext_lazy("audit", "Asked for a new password at the next sign-in"),
    "access.end_sessions": pgettext_lazy("audit", "Ended all sessions of an account"),
    "access.appoint": pgettext_lazy("audit", "Appointed somebody to a position"),
    "access.end_position": pgettext_lazy("audit", "Ended a position"),
    "access.settle_groups": pgettext_lazy("audit", "Brought groups up to date with positions"),
    "access.create_role": pgettext_lazy("audit", "Created a role"),
    "access.rename_role": pgettext_lazy("audit", "Renamed a role"),
    "access.delete_role": pgettext_lazy("audit", "Deleted a role"),
    "access.set_role_permissions": pgettext_lazy("audit", "Changed what a role may do"),
    "access.set_role_writing": pgettext_lazy("audit", "Changed where a role writes and reviews"),
    "access.create_client": pgettext_lazy("audit", "Created an API client"),
    "access.change_client": pgettext_lazy("audit", "Changed an API client"),
    "access.revoke_client": pgettext_lazy("audit", "Revoked an API client"),
    "access.rotate_key": pgettext_lazy("audit", "Issued a new API key"),
    "access.revoke_key": pgettext_lazy("audit", "Revoked an API key"),
    "access.issue_secret": pgettext_lazy("audit", "Issued an OAuth2 secret"),
    "access.withdraw_secret": pgettext_lazy("audit", "Withdrew an OAuth2 secret"),
    "access.rotate_keys": pgettext_lazy("audit", "Sealed stored values with new keys"),
    "access.refuse_reveal": pgettext_lazy("audit", "Was refused a full value: too many in an hour"),
    "access.erase_account": pgettext_lazy("audit", "Erased an account's personal data"),
    "access.forget_account": pgettext_lazy("audit", "Forgot an account past its retention"),
    "access.personal_export": pgettext_lazy("audit", "Handed out everything held about a person"),
    "access.personal_erase": pgettext_lazy("audit", "Erased everything held about a person"),
    "access.personal_purge": pgettext_lazy("audit", "Purged personal data past retention"),
    "audit.acknowledge": pgettext_lazy("audit", "Vouched for records that no witness knew"),
    "access.personal_rotate": pgettext_lazy("audit", "Sealed personal data with new keys"),
    "access.sign_in": pgettext_lazy("audit", "Signed in"),
    "access.sign_out": pgettext_lazy("audit", "Signed out"),
    "access.sign_in_refused": pgettext_lazy("audit", "Was refused at sign-in"),
    "access.lock_out": pgettext_lazy("audit", "Was locked out after wrong passwords"),
    "access.unlock": pgettext_lazy("audit", "Lifted a lockout"),
    "access.set_up_two_factor": pgettext_lazy("audit", "Set up the second factor"),
    "access.reset_two_factor": pgettext_lazy("audit", "Removed somebody's second factor"),
    "gateway.register_document": pgettext_lazy("audit", "Registered a GraphQL document"),
    "gateway.purge_cache": pgettext_lazy("audit", "Purged kept answers"),
    "gateway.end_document": pgettext_lazy("audit", "Ended a GraphQL document"),
    "workdays.keep_days": pgettext_lazy("audit", "Entered holidays or working days"),
    "workdays.drop_day": pgettext_lazy("audit", "Took a holiday or working day out of the calendar"),
    "exchange.upload": pgettext_lazy("audit", "Uploaded a file for import"),
    "exchange.check": pgettext_lazy("audit", "Checked an import"),
    "exchange.choose_columns": pgettext_lazy("audit", "Chose the columns of an import file"),
    "exchange.fetch_marked": pgettext_lazy("audit", "Took back an import file with its faults marked"),
    "exchange.refuse": pgettext_lazy("audit", "Refused an import file"),
    "exchange.confirm": pgettext_lazy("audit", "Confirmed an import"),
    "exchange.apply": pgettext_lazy("audit", "Applied an import"),
    "exchange.cancel": pgettext_lazy("audit", "Cancelled an import"),
    "exchange.begin_undo": pgettext_lazy("audit", "Began to undo an import"),
    "exchange.undo": pgettext_lazy("audit", "Undid an import"),
    "exchange.fail": pgettext_lazy("audit", "An import failed"),
    "exchange.give_up": pgettext_lazy("audit", "Gave up an unfinished import that held personal data"),
    "exchange.give_up_undo": pgettext_lazy("audit", "Gave up the undo of an import whose plugin stayed off"),
    "exchange.export": pgettext_lazy("audit", "Exported rows"),
    "exchange.ask_disclosure": pgettext_lazy("audit", "Asked for an export of full values"),
    "exchange.approve_disclosure": pgettext_lazy("audit", "Approved an export of full values"),
    "exchange.refuse_disclosure": pgettext_lazy("audit", "Refused an export of full values"),
    "exchange.prepare_disclosure": pgettext_lazy("audit", "Prepared an export of full values"),
    "exchange.fail_disclosure": pgettext_lazy("audit", "An export of full values failed"),
    "exchange.fetch_disclosure": pgettext_lazy("audit", "Fetched an export of full values"),
    "exchange.expire_disclosure": pgettext_lazy("audit", "An export of full values expired"),
    "delivery.register_webhook": pgettext_lazy("audit", "Added a webhook"),
    "delivery.change_webhook": pgettext_lazy("audit", "Changed a webhook"),
    "delivery.end_webhook": pgettext_lazy("audit", "Ended a webhook"),
    "delivery.replay": pgettext_lazy("audit", "Had a webhook's message sent again"),
    "site.set_up_demo": pgettext_lazy("audit", "Set up the demo"),
}


def in_words(action: str) -> str:
    """What an action is called in the reader's language; the bare code if nobody says."""
    if action in WORDS:
        return str(WORDS[action])
    texts = _of_plugins().get(action, {})
    return texts.get(get_language() or "zh-hans") or texts.get("zh-hans") or texts.get("en") or action


def known_actions() -> dict[str, str]:
    """Every action that has words, by its code."""
    return {action: in_words(action) for action in (*WORDS, *_of_plugins())}


def _of_plugins() -> dict[str, dict[str, str]]:
    return {action: texts for one in registry.manifests.values() for action, texts in one.actions.items()}
