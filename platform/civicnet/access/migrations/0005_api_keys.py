import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('civicnet_access', '0004_permissions_of_people'),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='apiclient',
            options={'default_permissions': ('add', 'change', 'view'), 'ordering': ['name'], 'verbose_name': 'API client', 'verbose_name_plural': 'API clients'},
        ),
        migrations.AddField(
            model_name='apiclient',
            name='application',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='api_client', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL, verbose_name='application'),
        ),
        migrations.AddField(
            model_name='apiclient',
            name='networks',
            field=models.JSONField(blank=True, default=list, verbose_name='address ranges'),
        ),
        migrations.AddField(
            model_name='apiclient',
            name='revoke_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='reason for revoking'),
        ),
        migrations.AddField(
            model_name='apiclient',
            name='sites',
            field=models.JSONField(blank=True, default=list, verbose_name='sites'),
        ),
        migrations.AddField(
            model_name='apiclient',
            name='token_used_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='last token issued'),
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prefix', models.CharField(max_length=16, unique=True, verbose_name='beginning of the key')),
                ('digest', models.CharField(max_length=64, verbose_name='digest of the key')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires')),
                ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='last used')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked')),
                ('revoke_reason', models.CharField(blank=True, max_length=200, verbose_name='reason for revoking')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='keys', to='civicnet_access.apiclient', verbose_name='API client')),
            ],
            options={
                'verbose_name': 'API key',
                'verbose_name_plural': 'API keys',
                'ordering': ['-created_at', '-id'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ClientRefusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(choices=[('EXPIRED', 'expired'), ('REVOKED', 'revoked'), ('ADDRESS', 'called from an address outside its ranges'), ('SITE', 'called at a site that is not one of its own'), ('SECRET', 'asked for a token with a wrong secret')], max_length=16, verbose_name='cause')),
                ('count', models.PositiveIntegerField(default=0, verbose_name='times')),
                ('last_at', models.DateTimeField(verbose_name='last time')),
                ('last_address', models.CharField(blank=True, max_length=45, verbose_name='last address')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refusals', to='civicnet_access.apiclient', verbose_name='API client')),
            ],
            options={
                'verbose_name': 'refusal',
                'verbose_name_plural': 'refusals',
                'ordering': ['-last_at'],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('client', 'cause'), name='one_refusal_per_cause'), models.CheckConstraint(condition=models.Q(('cause__in', ['EXPIRED', 'REVOKED', 'ADDRESS', 'SITE', 'SECRET'])), name='refusal_has_a_known_cause')],
            },
        ),
    ]
