"""What Wagtail itself lets a role do: write below pages, use collections, decide steps of workflows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import AbstractGroupApprovalTask, GroupCollectionPermission, GroupPagePermission

_WORDS = {
    "add_page": gettext_lazy("write"),
    "change_page": gettext_lazy("change what others wrote"),
    "publish_page": gettext_lazy("publish"),
    "lock_page": gettext_lazy("lock"),
    "unlock_page": gettext_lazy("unlock"),
    "bulk_delete_page": gettext_lazy("delete whole branches"),
    "add_image": gettext_lazy("add pictures"),
    "change_image": gettext_lazy("change pictures"),
    "choose_image": gettext_lazy("choose pictures"),
    "add_document": gettext_lazy("add files"),
    "change_document": gettext_lazy("change files"),
    "choose_document": gettext_lazy("choose files"),
}


def writing_of(roles: Iterable[int]) -> dict[int, list[str]]:
    """A sentence for each place where roles may do something by Wagtail's own rules. A constant number of statements."""
    wanted = list(roles)
    found: dict[int, list[str]] = defaultdict(list)
    for (role, place), acts in _by_place(wanted).items():
        found[role].append(_("%(place)s and below: %(acts)s") % {"place": place, "acts": "、".join(acts)})
    for model in AbstractGroupApprovalTask.__subclasses__():
        steps = model.objects.filter(active=True, groups__in=wanted).values_list("groups", "name")
        for role, name in steps.order_by("pk"):
            found[role].append(_("Decides this step of a workflow: %(step)s") % {"step": name})
    return dict(found)


def _by_place(roles: list[int]) -> dict[tuple[int, str], list[str]]:
    places: dict[tuple[int, str], list[str]] = defaultdict(list)
    for model, place in ((GroupPagePermission, "page"), (GroupCollectionPermission, "collection")):
        rows = model.objects.filter(group__in=roles).select_related(place, "permission").order_by("pk")
        for one in rows:
            name = _("All sites") if place == "page" and one.page.depth == 1 else str(getattr(one, place))
            places[one.group_id, name].append(str(_WORDS.get(one.permission.codename, one.permission.name)))
    return places
