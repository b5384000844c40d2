from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('civicnet_gateway', '0009_page_menu_index'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='trusteddocument',
            options={
                'default_permissions': ('change', 'view'),
                'ordering': ['name', 'id'],
                'permissions': [('introspect', 'Can look through the whole schema'), ('purge_cache', 'Can purge kept answers')],
                'verbose_name': 'trusted document',
                'verbose_name_plural': 'trusted documents',
            },
        ),
    ]
