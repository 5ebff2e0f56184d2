"""The database itself refuses to change or remove events and access records."""

from django.db import migrations

CREATE = """
CREATE FUNCTION luoshi_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('luoshi.reset', true) = 'on' THEN
        RETURN NULL;  -- a test database being emptied; production never sets this
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""
TRIGGERS = """
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION luoshi_append_only();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION luoshi_append_only();
"""
TABLES = ["ledger_event", "ledger_accesslog", "ledger_seal"]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(CREATE, "DROP FUNCTION luoshi_append_only()"),
        *[
            migrations.RunSQL(
                TRIGGERS.format(table=table),
                f"DROP TRIGGER {table}_no_change ON {table}; DROP TRIGGER {table}_no_truncate ON {table}",
            )
            for table in TABLES
        ],
    ]
