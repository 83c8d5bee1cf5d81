"""The database itself refuses to change or delete an entry."""

from django.db import migrations

_SQLITE = """
CREATE TRIGGER entry_never_{word} BEFORE {act} ON store_entry
BEGIN SELECT RAISE(ABORT, 'entries are never changed or deleted'); END
"""
_POSTGRES = """
CREATE FUNCTION entry_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'entries are never changed or deleted'; END $$;
CREATE TRIGGER entry_never_changed BEFORE UPDATE OR DELETE ON store_entry
FOR EACH ROW EXECUTE FUNCTION entry_refuse();
CREATE TRIGGER entry_never_emptied BEFORE TRUNCATE ON store_entry
FOR EACH STATEMENT EXECUTE FUNCTION entry_refuse();
"""


def refuse(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for word, act in (("changed", "UPDATE"), ("deleted", "DELETE")):
            schema_editor.execute(_SQLITE.format(word=word, act=act))
    else:
        schema_editor.execute(_POSTGRES)


def allow(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for word in ("changed", "deleted"):
            schema_editor.execute(f"DROP TRIGGER entry_never_{word}")
    else:
        schema_editor.execute("DROP FUNCTION entry_refuse() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("store", "0001_tables")]
    operations = [migrations.RunPython(refuse, allow)]
