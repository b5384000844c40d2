"""An index for one question: the newest pages below one page, however many stand there and beside it."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def look_over(apps: Any, schema_editor: Any) -> None:
    """Let PostgreSQL count what the index holds: until then it takes each column for a few pages or for all."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ANALYZE wagtailcore_page")


class Migration(migrations.Migration):
    dependencies = [("civicnet_publicity", "0003_draft_permission")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX IF NOT EXISTS civicnet_page_by_parent"
            " ON wagtailcore_page (substr(path, 1, length(path) - 4), first_published_at, id)",
            "DROP INDEX IF EXISTS civicnet_page_by_parent",
        ),
        migrations.RunPython(look_over, migrations.RunPython.noop),
    ]
