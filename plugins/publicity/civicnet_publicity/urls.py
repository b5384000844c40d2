"""Where readers search."""

from django.urls import path

from civicnet_publicity.views import search

urlpatterns = [path("", search, name="search")]
