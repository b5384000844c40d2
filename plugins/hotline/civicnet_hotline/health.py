"""Health: what keeps residents from being heard."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civicnet.contract import Problem
from civicnet_hotline.selectors import open_categories, overdue_without_post


def problems() -> list[Problem]:
    """No category to choose from, and cases past their deadline that nobody was given. Two statements."""
    found = []
    if not open_categories().exists():
        said = _("No category of requests is open, so nobody can ask for anything. Open the first one.")
        found.append(Problem(said, serious=True))
    if count := overdue_without_post(timezone.now()).count():
        said = ngettext(
            "%(count)d case is past its deadline and still waits for a post: dispatch it.",
            "%(count)d cases are past their deadline and still wait for a post: dispatch them.",
            count,
        )
        cases = reverse("hotline_cases:index")
        found.append(Problem(said % {"count": count}, f"{cases}?state=TO_DISPATCH&state=RETURNED", serious=True))
    return found
