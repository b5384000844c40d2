"""The first tables of the plugin."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("civicnet_access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ServicePoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="code of the service point")),
                ("name", models.CharField(max_length=100, verbose_name="name of the service point")),
                ("address", models.CharField(max_length=200, verbose_name="address of the service point")),
                ("hours", models.CharField(blank=True, max_length=200, verbose_name="opening hours")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed since")),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scaffold_points",
                        to="civicnet_access.organisation",
                        verbose_name="organisation in charge",
                    ),
                ),
            ],
            options={
                "verbose_name": "service point",
                "verbose_name_plural": "service points",
                "ordering": ["code"],
            },
        ),
    ]
