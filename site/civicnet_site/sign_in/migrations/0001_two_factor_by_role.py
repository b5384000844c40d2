from django.db import migrations


def add(apps, schema_editor):
    kind, _created = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="wagtailadmin", model="admin"
    )
    apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename="enable_2fa", defaults={"name": "Must sign in with a code as well"}
    )


def remove(apps, schema_editor):
    apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="wagtailadmin", codename="enable_2fa"
    ).delete()


class Migration(migrations.Migration):
    """The permission wagtail-2fa knows, by which a role requires the second factor."""

    dependencies = [
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(add, remove)]
