"""Adds a long run of rows to a table by one prepared statement.

Django's own `bulk_create` takes several times as long; what is kept is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    Field,
    IntegerField,
    JSONField,
    Model,
    TextField,
    UUIDField,
)  # fmt: skip

_AS_IT_IS = (BooleanField, CharField, IntegerField, TextField)


def insert(rows: Sequence[Model], unless_there: bool = False) -> None:
    """Add these rows, all of one table; each value is prepared as its field says. A number that
    the database gives is not put into the rows. `unless_there`: a row that the table's rules say
    is there already is left out."""
    if not rows:
        return
    meta = rows[0]._meta
    fields = [f for f in meta.concrete_fields if f is not meta.auto_field]
    columns = []
    for field in fields:
        values = [getattr(row, field.attname) for row in rows]
        if not isinstance(field, _AS_IT_IS):
            prepared = _prepared(field)
            values = [value if value is None else prepared(value) for value in values]
        columns.append(values)
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"insert into {quote(meta.db_table)} ({names}) values ({places})"
            + (" on conflict do nothing" if unless_there else ""),
            list(zip(*columns, strict=True)),
        )


def _prepared(field: Field[Any, Any]) -> Callable[[Any], Any]:
    """A value as the database takes it. Moments recur (all wards owe at eight), so each is
    prepared once."""
    if isinstance(field, DateTimeField):
        return cache(connection.ops.adapt_datetimefield_value)
    if isinstance(field, UUIDField) and not connection.features.has_native_uuid_field:
        return lambda value: value.hex if hasattr(value, "hex") else field.to_python(value).hex
    if isinstance(field, JSONField):
        return lambda value: connection.ops.adapt_json_value(value, field.encoder)
    return lambda value: field.get_db_prep_save(value, connection)
