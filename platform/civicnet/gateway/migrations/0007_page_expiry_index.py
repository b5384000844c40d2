"""An index for one question: which page goes next. Without it each answer that is kept would read all pages for it."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("civicnet_gateway", "0006_feed"), ("wagtailcore", "0094_alter_page_locale")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX IF NOT EXISTS civicnet_page_expires ON wagtailcore_page (expire_at) WHERE expire_at IS NOT NULL",
            "DROP INDEX IF EXISTS civicnet_page_expires",
        )
    ]
