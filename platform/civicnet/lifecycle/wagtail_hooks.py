"""What the life cycle registers with Wagtail, once per process."""

from wagtail import hooks

from civicnet.lifecycle.pages import refuse_unloaded

hooks.register("before_serve_page", refuse_unloaded)
