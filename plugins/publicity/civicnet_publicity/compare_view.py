"""Two versions of an article side by side, also for reviewers: Wagtail's own address is closed to whoever writes nothing."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from wagtail.admin.views.generic.models import RevisionsCompareView

from civicnet_publicity.models import ArticlePage
from civicnet_publicity.selectors.checking import editable_article

# What stands for a version in place of its number.
_NAMED = ("live", "earliest", "latest")


class CompareVersionsView(RevisionsCompareView):
    """What Wagtail shows, for whoever may open the article in the editor; to others it says no more than of one not there."""

    model = ArticlePage
    edit_url_name = "wagtailadmin_pages:edit"
    header_icon = "doc-full-inverse"

    def get_object(self, queryset: Any = None) -> ArticlePage:
        """The article, if its text is this person's to read."""
        article: ArticlePage = get_object_or_404(editable_article(int(self.pk)))
        if not article.permissions_for_user(self.request.user).can_edit():
            raise Http404
        return article

    def _get_revision_and_heading(self, revision_id: str) -> Any:
        if not (revision_id in _NAMED or revision_id.isdigit()):
            raise Http404
        return super()._get_revision_and_heading(revision_id)

    def get_edit_handler(self) -> Any:
        """The panels of the article's own editor."""
        return self.object.get_edit_handler()
