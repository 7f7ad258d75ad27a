from django.db import migrations

# Tasks that came from a gap assessment belong to its scope.
FILL = """
update tasks_task t set scope_id = a.scope_id
from treatment_gaprating r join treatment_gapassessment a on a.id = r.assessment_id
where t.source_kind = 'gap' and t.source_id = r.id and t.scope_id is null
"""


class Migration(migrations.Migration):
    dependencies = [("tasks", "0002_scope_of_tasks"), ("treatment", "0001_initial")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
