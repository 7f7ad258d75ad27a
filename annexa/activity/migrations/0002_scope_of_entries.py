from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activity", "0001_initial")]

    operations = [
        migrations.AddField(model_name="trailentry", name="scope_id", field=models.UUIDField(null=True)),
    ]
