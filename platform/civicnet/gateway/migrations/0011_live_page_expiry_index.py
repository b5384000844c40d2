"""The same index without pages that have gone already: what is asked is which page that readers see goes next."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("civicnet_gateway", "0010_purge_permission")]

    operations = [
        migrations.RunSQL(
            [
                "DROP INDEX IF EXISTS civicnet_page_expires",
                "CREATE INDEX IF NOT EXISTS civicnet_live_page_expires ON wagtailcore_page (expire_at)"
                " WHERE live AND expire_at IS NOT NULL",
            ],
            [
                "DROP INDEX IF EXISTS civicnet_live_page_expires",
                "CREATE INDEX IF NOT EXISTS civicnet_page_expires ON wagtailcore_page (expire_at)"
                " WHERE expire_at IS NOT NULL",
            ],
        )
    ]
