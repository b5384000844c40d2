"""What a deployment is told before it serves: accounts of the demo have no business outside it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

from civicnet.access.models import User
from civicnet_site.demo.people import PEOPLE

MODES = ("off", "offered", "required")


@register(Tags.security)
def two_factor_mode(**_given: Any) -> list[CheckMessage]:
    """The mode is one of three words."""
    if settings.CIVICNET_TWO_FACTOR in MODES:
        return []
    return [Error(f"CIVICNET_TWO_FACTOR is one of {', '.join(MODES)}.", id="civicnet.E010")]


@register(Tags.database, deploy=True)
def accounts_of_the_demo(*, databases: Any = None, **_given: Any) -> list[CheckMessage]:
    """Asked with ``check --deploy --database default``: accounts the demo made, their password never changed since."""
    if settings.CIVICNET_DEMO or not databases or User._meta.db_table not in connection.introspection.table_names():
        return []
    names = [one.username for one in PEOPLE]
    left = User.objects.filter(username__in=names, is_active=True, password_changed_at=None, must_change_password=False)
    found = sorted(left.values_list("username", flat=True))
    if not found:
        return []
    return [
        Error(
            f"Accounts of the demo are here with the demo's password: {', '.join(found)}.",
            hint="civicnet sign_in ask-new-password NAME --reason …, or deactivate them.",
            id="civicnet.E011",
        )
    ]
