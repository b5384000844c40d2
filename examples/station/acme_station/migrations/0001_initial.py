"""The first tables of the plugin."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("civicnet_access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Station",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="code of the service station")),
                ("name", models.CharField(max_length=100, verbose_name="name of the service station")),
                ("address", models.CharField(max_length=200, verbose_name="address of the service station")),
                ("hours", models.CharField(blank=True, max_length=200, verbose_name="opening hours")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="public telephone")),
                ("services", models.CharField(blank=True, max_length=300, verbose_name="what is done there")),
                ("longitude", models.FloatField(blank=True, null=True, verbose_name="longitude")),
                ("latitude", models.FloatField(blank=True, null=True, verbose_name="latitude")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed since")),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="station_stations",
                        to="civicnet_access.organisation",
                        verbose_name="organisation in charge",
                    ),
                ),
            ],
            options={
                "verbose_name": "service station",
                "verbose_name_plural": "service stations",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                            models.Q(("latitude__range", (-85, 85)), ("longitude__range", (-180, 180))),
                            _connector="OR",
                        ),
                        name="station_position_is_whole",
                    )
                ],
            },
        ),
    ]
