from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("civicnet_publicity", "0002_no_constraint_on_the_host"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="articlepage",
            options={
                "permissions": [("view_draft", "Can read drafts of articles over the open interface")],
                "verbose_name": "article",
                "verbose_name_plural": "articles",
            },
        ),
    ]
