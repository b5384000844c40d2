"""All URLs: the host's own, the plugins' behind the gate, and pages last."""

from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from civicnet.access.token_view import TokenView
from civicnet.console import admin_urls as console_admin_urls
from civicnet.console import documents, portal_uploads
from civicnet.console import urls as console_urls
from civicnet.gateway import urls as gateway_urls
from civicnet.gateway.content import making
from civicnet.lifecycle.gate import public_urlpatterns
from civicnet_site.display import display
from civicnet_site.pictures import picture
from civicnet_site.sign_in.urls import admin_steps, desk_steps, single_sign_on_steps
from civicnet_site.sitemaps import robots, sitemap, sitemap_index

urlpatterns = [
    # Before Wagtail's own, which ask for access to the admin first.
    path("admin/", include(admin_steps)),
    path("desk/", include(desk_steps)),
    path("admin/", include(console_admin_urls)),
    path("", include(single_sign_on_steps())),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(documents)),
    path("graphql/", include(gateway_urls)),
    path("api/", include(portal_uploads)),
    path("oauth/token", TokenView.as_view(), name="oauth_token"),
    path("desk/", include(console_urls)),
    # Without a token, as for display/: public pages set no cookie until the reader chooses something.
    path("language/", csrf_exempt(set_language), name="set_language"),
    path("display/", display, name="display"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap_index, name="sitemap_index"),
    path("sitemap-<section>.xml", sitemap, name="sitemap"),
    path("media/images/<path:path>", picture, name="picture"),
    path("media/made/", include(making)),
    *public_urlpatterns(),
    path("", include(wagtail_urls)),
]
