"""The two doors, before the product's own addresses: its screens and plugins are installed there as everywhere."""

from __future__ import annotations

from django.urls import include, path
from grapple import urls as grapple
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet

from civicnet_site.urls import urlpatterns as product

router = WagtailAPIRouter("wagtailapi")
router.register_endpoint("pages", PagesAPIViewSet)

urlpatterns = [path("grapple/", include(grapple)), path("rest/", router.urls), *product]
