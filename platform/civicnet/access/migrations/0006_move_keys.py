"""The one key of each client becomes a row of its own, and goes on opening."""

from typing import Any

from django.db import migrations


def move(apps: Any, schema_editor: Any) -> None:
    client_model = apps.get_model('civicnet_access', 'ApiClient')
    key_model = apps.get_model('civicnet_access', 'ApiKey')
    key_model.objects.bulk_create(
        key_model(
            client_id=client.pk,
            prefix=client.prefix,
            digest=client.digest,
            created_at=client.created_at,
            revoked_at=client.revoked_at,
        )
        for client in client_model.objects.all()
    )


class Migration(migrations.Migration):

    dependencies = [
        ('civicnet_access', '0005_api_keys'),
    ]

    operations = [
        migrations.RunPython(move),
    ]
