"""Stretches of a stay, told one by one, put one after the other.

Decides what follows for sources that say where a patient lay without saying what came first: a
stretch lasts until the next begins, the last until the stay ends; one in the department of the
one before goes on in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import duckdb

from wardround.catalogue.model import Register
from wardround.sources.delivered import Staged

LYING = "ward_stay"
_SPOKEN = ("stay_id", "admission_id", "department", "since", "until", "admitted_at", "first",
           "last", "died")  # fmt: skip
_IN_TURN = """
create or replace table turns_ as
with told as (
  select *, coalesce(try_cast(since as timestamptz), try_cast(since || '-01' as timestamptz)) as
    began_ from ({query})
), turns as (
  select *, last_value(until) over (stay rows between unbounded preceding and unbounded following)
    as ended_ from told
  window stay as (partition by coalesce(admission_id, at_::varchar) order by began_, stay_id)
  qualify row_number() over stay = 1 or department is distinct from lag(department) over stay
)
select at_, sent_, admission_id || ':' || row_number() over stay as stay_id, admission_id,
  department, since, coalesce(lead(since) over stay, ended_) as until, admitted_at,
  row_number() over stay = 1 as first, ended_ is not null and lead(since) over stay is null as last,
  died = 'true' and ended_ is not null and lead(since) over stay is null as died
from turns
window stay as (partition by coalesce(admission_id, at_::varchar) order by began_, stay_id)
"""


def in_turn(connection: duckdb.DuckDBPyConnection, told: Staged) -> Staged:
    """The stretches that rows of words tell, in turn and numbered by their stay; what these say
    of `until` and `died` is the stay's."""
    connection.execute(_IN_TURN.format(query=told.query))
    columns = ", ".join(f'cast("{key}" as varchar) as "{key}"' for key in _SPOKEN)
    return Staged(told.register, (f"select at_, sent_, {columns} from turns_",), _SPOKEN)


def no_longer(
    told: Staged, held: Callable[[str, Mapping[str, str]], str | None]
) -> tuple[Register, str] | None:
    """The query of what is held of these stays and no longer so (id_, sent_); None for others."""
    known = held(LYING, {"stay_": "admission_id"}) if told.register.key == LYING else None
    if known is None:
        return None
    return told.register, (
        f"select h.key_ as id_, t.sent_ from ({known}) h join (select admission_id, max(sent_) as "
        "sent_ from turns_ group by 1) t on t.admission_id = h.stay_ "
        "where h.key_ not in (select stay_id from turns_)"
    )
