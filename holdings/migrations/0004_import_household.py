"""An import belongs to a household; until now its account said which. Its rows name their account."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    Account = apps.get_model("holdings", "BrokerageAccount")
    Import = apps.get_model("holdings", "Import")
    Row = apps.get_model("holdings", "ImportRow")
    owner = Account.objects.filter(pk=OuterRef("account")).values("household")[:1]
    Import.objects.filter(household=None).update(household=Subquery(owner))
    batch = Import.objects.filter(pk=OuterRef("batch")).values("account")[:1]
    Row.objects.filter(account=None).update(account=Subquery(batch))


class Migration(migrations.Migration):
    dependencies = [("holdings", "0003_ledger_and_market")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
