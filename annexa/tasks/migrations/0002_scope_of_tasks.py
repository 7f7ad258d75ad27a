import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organizations", "0001_initial"), ("tasks", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="task",
            name="scope",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                to="organizations.scope",
            ),
        ),
    ]
