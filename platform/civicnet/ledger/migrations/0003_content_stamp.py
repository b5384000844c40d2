"""Steps of content versions. The triggers that write them come after all migrations, and go before the table does."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def take_triggers_away(apps: Any, schema_editor: Any) -> None:
    """Before the table goes: a trigger without it would refuse every write."""
    from civicnet.ledger.stamping import uninstall

    uninstall(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("civicnet_ledger", "0002_chain")]

    operations = [
        migrations.CreateModel(
            name="ContentStamp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(db_index=True, max_length=200, verbose_name="kind")),
                ("n", models.BigIntegerField(verbose_name="step")),
            ],
            options={"verbose_name": "content stamp", "verbose_name_plural": "content stamps"},
        ),
        migrations.RunPython(migrations.RunPython.noop, take_triggers_away, elidable=False),
    ]
