from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('civicnet_access', '0010_client_budget'),
    ]

    operations = [
        migrations.AddField(
            model_name='apiclient',
            name='trusted_only',
            field=models.BooleanField(default=False, verbose_name='registered documents only'),
        ),
    ]
