"""Citizens' data are seen by bodies that have the request, and by the citizen whose request it is (ADR 16)."""

from django.db import migrations

CREATE = """
ALTER TABLE hotline_contact ENABLE ROW LEVEL SECURITY;
CREATE POLICY contact_read ON hotline_contact FOR SELECT USING (
    request_id = NULLIF(current_setting('luoshi.request', true), '')::bigint
    OR EXISTS (
        SELECT FROM hotline_dispatch AS sent
        WHERE sent.request_id = hotline_contact.request_id
        AND sent.body_id = NULLIF(current_setting('luoshi.body', true), '')::bigint
    )
);
CREATE POLICY contact_add ON hotline_contact FOR INSERT WITH CHECK (true);
"""
DROP = """
DROP POLICY contact_add ON hotline_contact;
DROP POLICY contact_read ON hotline_contact;
ALTER TABLE hotline_contact DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("hotline", "0010_seal_contacts")]
    operations = [migrations.RunSQL(CREATE, DROP)]
