"""Desks: what of the tree of pages a person works on, by Wagtail's own page permissions; the system works on all of it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from wagtail.images.permissions import permission_policy as picture_policy
from wagtail.models import Collection
from wagtail.permissions import page_permission_policy

from civicnet.access.models import User
from civicnet.contract import Actor
from civicnet_publicity.models import ArticlePage, ColumnPage
from civicnet_publicity.permissions import can_publish_imported
from civicnet_publicity.selectors.public import readable


class Desk:
    """One actor's desk. Permissions are read once, so each job, and each export, has one of its own."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.is_system = actor.kind == "system"
        self.user: User | None = (
            User.objects.filter(pk=actor.id, is_active=True).first() if actor.kind == "staff" else None
        )

    @cached_property
    def publishes_articles(self) -> bool:
        """Whether what they bring in may be published without the reviews."""
        return can_publish_imported(self.actor)

    def may_add_to(self, page: Any) -> bool:
        """Whether they may write something new below a page."""
        return self._may("add", page)

    def may_change(self, page: Any) -> bool:
        """Whether they may write on in a page."""
        return self._may("change", page)

    def may_publish(self, page: Any) -> bool:
        """Whether Wagtail lets them publish below a page, or the page itself."""
        return self._may("publish", page)

    def can_write_in(self, person: User, page: Any) -> bool:
        """Whether somebody else may write something new below a page."""
        return person.is_active and bool(page_permission_policy.user_has_permission_for_instance(person, "add", page))

    def writers_in(self, page: Any) -> QuerySet[User]:
        """Whoever may write something new below a page."""
        found = page_permission_policy.users_with_permission_for_instance("add", page, include_superusers=False)
        return User.objects.filter(pk__in=found.values("pk"), is_active=True).order_by("full_name", "pk")

    def articles(self) -> QuerySet[ArticlePage]:
        """Articles they may look into as far as they are written: those they may change."""
        return self._own(ArticlePage.objects.all())

    def shown_articles(self) -> QuerySet[ArticlePage]:
        """Those, and whatever readers can see."""
        public = Q(readable(), first_published_at__isnull=False)
        return ArticlePage.objects.filter(Q(pk__in=self.articles().order_by().values("pk")) | public)

    def shown_columns(self) -> QuerySet[ColumnPage]:
        """Columns they may change, and those that readers can see."""
        mine = self._own(ColumnPage.objects.all()).order_by().values("pk")
        found: QuerySet[ColumnPage] = ColumnPage.objects.filter(Q(pk__in=mine) | Q(readable()))
        return found

    def picture_collection(self) -> Collection | None:
        """Where pictures that they bring in are put: the first collection to which they may add."""
        if self.is_system:
            root: Collection | None = Collection.get_first_root_node()
            return root
        if self.user is None:
            return None
        found = picture_policy.collections_user_has_permission_for(self.user, "add")
        first: Collection | None = found.order_by("path").first()
        return first

    def pictures(self) -> QuerySet[Any]:
        """Pictures from the library that they may put beside an article."""
        model = picture_policy.model
        if self.is_system:
            return model.objects.all()  # type: ignore[no-any-return]
        if self.user is None:
            return model.objects.none()  # type: ignore[no-any-return]
        return picture_policy.instances_user_has_permission_for(self.user, "choose")  # type: ignore[no-any-return]

    def _may(self, action: str, page: Any) -> bool:
        if self.user is None:
            return self.is_system
        return bool(page_permission_policy.user_has_permission_for_instance(self.user, action, page))

    def _own(self, pages: QuerySet[Any]) -> QuerySet[Any]:
        if self.user is None:
            return pages if self.is_system else pages.none()
        mine = page_permission_policy.instances_user_has_permission_for(self.user, "change")
        return pages.filter(pk__in=mine.order_by().values("pk"))
