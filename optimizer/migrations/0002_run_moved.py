"""The model of runs has moved to accounts; its table stays as it is."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("optimizer", "0001_initial"), ("accounts", "0003_run")]

    state = [
        migrations.AlterField(
            model_name="proposal",
            name="run",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="proposal", to="accounts.run"
            ),
        ),
        migrations.DeleteModel(name="Run"),
    ]

    operations = [migrations.SeparateDatabaseAndState(state_operations=state)]
