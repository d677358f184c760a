"""Apart from the step before, since PostgreSQL alters no table with pending changes of its rows."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("holdings", "0004_import_household")]
    operations = [
        migrations.AlterField(
            model_name="import",
            name="household",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="imports", to="accounts.household"
            ),
        ),
    ]
