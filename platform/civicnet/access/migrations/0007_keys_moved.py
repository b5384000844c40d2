from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('civicnet_access', '0006_move_keys'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='apiclient',
            name='digest',
        ),
        migrations.RemoveField(
            model_name='apiclient',
            name='prefix',
        ),
    ]
