from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("civicnet_grid", "0001_initial")]

    operations = [
        migrations.AlterModelOptions(
            name="worker",
            options={
                "ordering": ["number"],
                "permissions": [
                    ("reveal_phone", "Can be shown whole phone numbers"),
                    ("reveal_id_number", "Can be shown whole ID numbers"),
                ],
                "verbose_name": "worker",
                "verbose_name_plural": "workers",
            },
        ),
    ]
