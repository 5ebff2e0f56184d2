"""Events cannot be emptied out of the table by any setting: tests restore their database as a whole instead."""

from django.db import migrations

REFUSE = """
CREATE OR REPLACE FUNCTION luoshi_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_figures_of_a_period")]

    operations = [migrations.RunSQL(REFUSE, migrations.RunSQL.noop)]
