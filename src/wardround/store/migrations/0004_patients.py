"""Who a patient is stands in the vault, and so does who erased one, and why."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0003_drafts"),
    ]

    operations = [
        migrations.AddField(model_name="secret", name="person", field=models.TextField(null=True)),
        migrations.AddField(
            model_name="secret",
            name="number",
            field=models.CharField(max_length=64, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="access", name="act", field=models.CharField(default="read", max_length=8)
        ),
        migrations.AddField(model_name="access", name="reason", field=models.TextField(default="")),
    ]
