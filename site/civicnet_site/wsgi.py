"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from civicnet.lifecycle.rehearsal import warm_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civicnet_site.settings.demo")
application = get_wsgi_application()
# Each process does this once; and a strict host ends here when a plugin's routes, screens or types do not fit.
warm_up()
