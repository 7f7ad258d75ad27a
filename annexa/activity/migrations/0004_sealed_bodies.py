from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activity", "0003_followed")]

    operations = [
        migrations.AddField(model_name="trailentry", name="salt", field=models.BinaryField(default=b"")),
        migrations.AddField(model_name="trailentry", name="seal", field=models.BinaryField(default=b"")),
    ]
