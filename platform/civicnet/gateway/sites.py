"""Sites as callers name them: by host, with the port where several stand on one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from civicnet.contract import InvalidInput
from civicnet.lifecycle.sites import site_names, sites_called


def site_named(host: str | None) -> int | None:
    """The number of a site by its host, such as ``party.test`` or ``party.test:8000``; None for none.

    Raises:
        InvalidInput: there is no such site, or several are meant.
    """
    if host is None:
        return None
    found = sites_called(host, site_names())
    if len(found) != 1:
        raise InvalidInput(_("There is no site of this host."), field="siteHost")
    return found[0]
