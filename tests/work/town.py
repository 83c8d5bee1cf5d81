"""Registers and people made for these tests: as few fields as show each rule."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from wardround.catalogue.model import Catalogue, Field, Function, Item, Register
from wardround.catalogue.organisation import About, Department, Hospital, Person
from wardround.catalogue.values import Known
from wardround.period import Limit
from wardround.text import Text, same
from wardround.work.record import Entry

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """A moment in the hospital's own time; a bare clock time is on 2 March 2026."""
    word = text if "-" in text else f"2026-03-02T{text}"
    return datetime.fromisoformat(word).replace(tzinfo=ZONE)


def _fields(*fields: Field) -> dict[str, Field]:
    return {f.key: f for f in fields}


COLOURS = {"red": Text("红", "Red"), "green": Text("绿", "Green")}
EVERYTHING = Register(
    "everything",
    Text("样样都有", "Everything"),
    "event",
    subject="fridge",
    keeper="ward",
    field=_fields(
        Field(
            "number", Text("数", "Number"), "decimal", possible=(-40, 60), inside=(2, 8), unit="°C"
        ),
        Field("whole", Text("整数", "Whole number"), "integer"),
        Field("words", Text("文字", "Words"), "text"),
        Field("colour", Text("颜色", "Colour"), "choice", choices=COLOURS),
        Field("colours", Text("若干颜色", "Colours"), "multi", choices=COLOURS),
        Field("yes", Text("是否", "Yes or no"), "flag"),
        Field("day", Text("日期", "Day"), "date"),
        Field("hour", Text("钟点", "Hour"), "time"),
        Field("moment", Text("时间", "Moment"), "datetime", not_before="occurred_at"),
        Field("who", Text("何人", "Who"), "person"),
        Field("where", Text("科室", "Where"), "department"),
        Field("which", Text("哪台", "Which"), "subject", of="fridge"),
        Field(
            "people",
            Text("名单", "People"),
            "rows",
            column=_fields(
                Field("name", Text("姓名", "Name"), "text", required=True),
                Field("passed", Text("合格", "Passed"), "flag"),
            ),
        ),
        Field(
            "why", Text("原因", "Why"), "text", required_when="number > 8", shown_when="number > 8"
        ),
    ),
)
KNOWN = Known(
    frozenset({"ward_1", "ward_2"}), frozenset({"alice"}), {"fridge": frozenset({"F1", "F2"})}
)
ROUND = Register(
    "round",
    Text("检查", "Round"),
    "checklist",
    owner="infection_office",
    opens="order",
    item={
        "hands": Item("hands", Text("手卫生", "Hand hygiene"), 6),
        "waste": Item("waste", Text("废物", "Waste"), 3),
        "record": Item("record", Text("登记", "Records"), 1, veto=True),
    },
)
ORDER = Register(
    "order",
    Text("整改", "Order"),
    "case",
    owner="infection_office",
    limits={
        k: Limit.parse(v)
        for k, v in (
            ("notified", "PT2H"),
            ("rectified", "P2D"),
            ("rechecked", "P4D"),
        )
    },  # type: ignore[misc]
    escalates_to=("infection_office", "vice_president"),
)
LETTER = Register("letter", Text("责任书", "Letter"), "document", signatures=("head", "president"))


def entry(moment: str, register: Register = ORDER, **values: Any) -> Entry:
    """An entry of ward 1 that happened at that moment."""
    when = at(moment)
    return Entry(moment, register.key, "ward_1", when, when, "alice", values)


FUNCTIONS = {
    "ward": "clinical",
    "pharmacy": "technical",
    "infection_office": "office",
    "quality_office": "office",
    "hospital_office": "office",
    "president": "leader",
    "vice_president": "leader",
    "health_centre": "outside",
}
CATALOGUE = Catalogue(
    systems={},
    subjects={},
    units={},
    groups={},
    functions={k: Function(k, same(k), kind) for k, kind in FUNCTIONS.items()},  # type: ignore[arg-type]
)
DEPARTMENTS = {
    "ward_1": ("ward",),
    "ward_2": ("ward",),
    "bay": ("ward",),
    "pharmacy": ("pharmacy",),
    "infection": ("infection_office",),
    "quality": ("quality_office",),
    "office": ("hospital_office",),
    "leadership": ("president", "vice_president"),
    "centre": ("health_centre",),
}
PEOPLE = {
    "alice": ("ward_1", "staff"),
    "hanna": ("ward_1", "head"),
    "bob": ("bay", "staff"),
    "charlie": ("ward_2", "staff"),
    "carol": ("ward_2", "head"),
    "pharmacist": ("pharmacy", "staff"),
    "inspector": ("infection", "officer"),
    "novice": ("infection", "staff"),
    "quality": ("quality", "officer"),
    "clerk": ("office", "officer"),
    "vice": ("leadership", "leader"),
    "chief": ("leadership", "president"),
    "auditor": ("infection", "auditor"),
    "partner": ("centre", "partner"),
}
HOSPITAL = Hospital(
    About("test", same("test"), "Asia/Shanghai", 40, date(2026, 1, 1)),
    {
        k: Department(k, same(k), f, parent="ward_1" if k == "bay" else None)
        for k, f in DEPARTMENTS.items()
    },
    {
        k: Person(k, same(k), d, role, same(role), ("ward_1",) if k == "vice" else ())  # type: ignore[arg-type]
        for k, (d, role) in PEOPLE.items()
    },
)
