import civicnet.cipher.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('civicnet_delivery', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='webhook',
            name='form',
            field=models.CharField(choices=[('MESSAGE', 'a signed message'), ('HEADER', 'keys in the header Surrogate-Key'), ('SURROGATE_KEYS', 'keys as JSON, in “surrogate_keys”'), ('TAGS', 'keys as JSON, in “tags”')], default='MESSAGE', max_length=16, verbose_name='form'),
        ),
        migrations.AddField(
            model_name='webhook',
            name='header_name',
            field=models.CharField(blank=True, max_length=60, verbose_name='header of the receiver'),
        ),
        migrations.AddField(
            model_name='webhook',
            name='header_value',
            field=civicnet.cipher.fields.EncryptedField(blank=True, default='', verbose_name='secret of the receiver'),
        ),
        migrations.AddConstraint(
            model_name='webhook',
            constraint=models.CheckConstraint(condition=models.Q(('form__in', ['MESSAGE', 'HEADER', 'SURROGATE_KEYS', 'TAGS'])), name='webhook_form_is_known'),
        ),
    ]
