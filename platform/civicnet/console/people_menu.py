"""人员与权限: one entry of the menu for people, roles and who may do what."""

from __future__ import annotations

from django.utils.translation import gettext_lazy
from wagtail.admin.viewsets.base import ViewSetGroup

from civicnet.console.people import PeopleViewSet
from civicnet.console.permissions import MatrixViewSet, MineViewSet
from civicnet.console.roles import RoleViewSet


class PeopleGroup(ViewSetGroup):
    """Each of its screens asks by post; the last is everybody's."""

    menu_label = gettext_lazy("People and permissions")
    menu_name = "people"
    menu_icon = "group"
    menu_order = 710
    items = (PeopleViewSet, RoleViewSet, MatrixViewSet, MineViewSet)
