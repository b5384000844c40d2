"""Wagtail's editor for a reviewer: the decision lies on top, and what was decided is said where they go on from.

That articles are published by their reviews only holds also while the plugin is off: what was published past them would be
there for readers when it is on again.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin.action_menu import WorkflowMenuItem
from wagtail.models import Page

from civicnet.lifecycle.editing import plugin_wagtail_hook
from civicnet_publicity.errors import AlreadyDecided
from civicnet_publicity.models import ArticlePage
from civicnet_publicity.models.review import SEEN

PLUGIN = "publicity"
_FORWARD = ("approve", "approve_urgent", "restart")
_DECISIONS = (*_FORWARD, "reject")


@plugin_wagtail_hook("construct_page_action_menu", plugin=PLUGIN)
def put_the_decision_first(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Saving makes a reviewer an author, who may not review: it must not be the button under the thumb."""
    if isinstance(context.get("page"), ArticlePage):
        # A stable sort: the rest stays in Wagtail's order.
        items.sort(key=lambda item: (not isinstance(item, WorkflowMenuItem), item.name not in _FORWARD))


@plugin_wagtail_hook("before_publish_page", plugin=PLUGIN, while_off=True)
def publish_by_review_only(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Whoever may publish pages, as those do who run the machine, does not take an article past its reviews."""
    if not isinstance(page, ArticlePage):
        return None
    # Wagtail has put a new page in place as public already; one that has never been published is a draft.
    ArticlePage.objects.filter(pk=page.pk, first_published_at=None).update(live=False, has_unpublished_changes=True)
    messages.error(request, _("Saved as a draft: an article is published by its reviews only. Submit it for review."))
    return redirect("wagtailadmin_pages:edit", page.pk)


@plugin_wagtail_hook("before_bulk_action", plugin=PLUGIN, while_off=True)
def publish_many_by_review_only(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """The same for many at once."""
    if action_type != "publish":
        return None
    articles = any(isinstance(one.specific, ArticlePage) for one in objects)
    if not articles and "include_descendants" not in request.POST:
        return None
    messages.error(request, _("Nothing was published: articles are published by their reviews only."))
    return redirect("wagtailadmin_home")


@plugin_wagtail_hook("before_copy_page", plugin=PLUGIN, while_off=True)
def copy_as_drafts(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A copy of an article is another article: nobody has reviewed it."""
    if request.method != "POST" or not request.POST.get("publish_copies"):
        return None
    branch = request.POST.get("copy_subpages") and ArticlePage.objects.descendant_of(page).exists()
    if page.specific_class is not ArticlePage and not branch:
        return None
    messages.error(request, _("Nothing was copied: articles are copied as drafts. Clear the box that publishes them."))
    return redirect("wagtailadmin_pages:copy", page.pk)


@plugin_wagtail_hook("before_edit_page", plugin=PLUGIN)
def decide_the_step_that_was_seen(request: HttpRequest, page: Page) -> HttpResponse | None:
    """One press decides one step, also where the next one is with the same person.

    Wagtail's editor may send the form a second time to save it by itself: that decides nothing.
    """
    if "action-workflow-action" not in request.POST or not isinstance(page, ArticlePage):
        return None
    if "application/json" in request.headers.get("accept", ""):
        return JsonResponse({"success": False, "error_code": "deciding", "error_message": ""}, status=400)
    state = page.current_workflow_task_state
    if state is None or request.POST.get("civicnet_step", str(state.pk)) != str(state.pk):
        messages.error(request, AlreadyDecided.message)
        return redirect("wagtailadmin_home")
    page.__dict__[SEEN] = state
    return None


@plugin_wagtail_hook("after_edit_page", plugin=PLUGIN)
def say_what_was_decided(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Back to what waits, with a sentence: the list of pages, where Wagtail leads, is closed to most reviewers."""
    decision = request.POST.get("workflow-action-name", "")
    if "action-workflow-action" not in request.POST or decision not in _DECISIONS or not isinstance(page, ArticlePage):
        return None
    # Wagtail's own sentence, “has been updated”, says nothing of the decision.
    for _said in messages.get_messages(request):
        pass
    messages.success(request, _sentence(page, decision) % {"title": page.title})
    return redirect("wagtailadmin_home")


def _sentence(page: ArticlePage, decision: str) -> str:
    if decision == "reject":
        return _("“%(title)s” went back to its author with your comment.")
    if decision == "restart":
        return _("“%(title)s” passes its reviews from the start, with the changed text.")
    if ArticlePage.objects.filter(pk=page.pk, live=True).exists() and page.current_workflow_state is None:
        return _("“%(title)s” has passed its last review and is published.")
    return _("“%(title)s” has passed your review and goes on to the next one.")
