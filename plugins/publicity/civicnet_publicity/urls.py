"""Where readers search, and what they subscribe to."""

from django.urls import path
from django.views.decorators.http import require_safe

from civicnet_publicity.subscriptions import AtomFeed, RssFeed
from civicnet_publicity.views import search

urlpatterns = [path("", search, name="search")]
subscriptions = [
    path("rss.xml", require_safe(RssFeed()), name="rss"),
    path("atom.xml", require_safe(AtomFeed()), name="atom"),
    path("<str:slug>/rss.xml", require_safe(RssFeed()), name="rss_of_column"),
    path("<str:slug>/atom.xml", require_safe(AtomFeed()), name="atom_of_column"),
]
