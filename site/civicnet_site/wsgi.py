"""The WSGI application that granian serves."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import reverse
from django.utils.module_loading import import_string

from civicnet.lifecycle.rehearsal import warm_up
from civicnet_site.bodies import WholeBodies

# Nothing that is loaded goes again: looking for what may go would take a tenth of the start.
gc.disable()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civicnet_site.settings.demo")
_django = get_wsgi_application()
# By name: their models are there only now.
_entrance = import_string("civicnet_site.keyed.Entrance")(_django)
_front = import_string("civicnet.gateway.cache.front.Front")(_entrance)
_pages = import_string("civicnet.gateway.cache.page_front.PageFront")(
    _front,
    choices=[settings.LANGUAGE_COOKIE_NAME, import_string("civicnet_site.themes.SENIOR_COOKIE")],
    # Desks, files and doors for programs; a path that leads to no page costs one statement more.
    elsewhere=["/admin/", "/desk/", "/graphql/", "/api/", "/oauth/", settings.STATIC_URL, settings.MEDIA_URL],
)
application = WholeBodies(_pages, paths=[reverse("graphql"), reverse("uploads")])
# Each process does this once; and a strict host ends here when a plugin's routes, screens or types do not fit.
warm_up()
# What is there now stays for good. Left among what may go, the collector would look through all of it again and again, for a
# third of a second each time.
gc.collect()
gc.freeze()
gc.enable()
