"""An index for menus: the few pages of a site that are in them. Without it each menu would read all pages of its site."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("civicnet_gateway", "0008_idempotent_call"), ("wagtailcore", "0094_alter_page_locale")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX IF NOT EXISTS civicnet_page_menus ON wagtailcore_page (path) WHERE show_in_menus",
            "DROP INDEX IF EXISTS civicnet_page_menus",
        )
    ]
