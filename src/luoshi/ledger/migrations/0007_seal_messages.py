"""What stands is sealed: batch by batch, so that it may be broken off and go on."""

from django.db import migrations

from luoshi.ledger.resealing import reseal


def seal(apps, schema_editor):
    for name in ("Outbox", "SinkMessage"):
        for _ in reseal(apps.get_model("ledger", name)):
            pass


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ledger", "0006_sealed_messages")]
    operations = [migrations.RunPython(seal)]
