from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('civicnet_access', '0007_keys_moved'),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonalAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('EXPORT', 'handed out'), ('ERASE', 'erased'), ('PURGE', 'purged after retention'), ('ROTATE', 'sealed with new keys')], max_length=8, verbose_name='act')),
                ('subject_digest', models.CharField(blank=True, db_index=True, max_length=64, verbose_name='digest of the person')),
                ('counts', models.JSONField(default=dict, verbose_name='counts')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='time')),
            ],
            options={
                'verbose_name': 'act with personal data',
                'verbose_name_plural': 'acts with personal data',
                'ordering': ['-pk'],
                'default_permissions': ('view',),
            },
        ),
    ]
