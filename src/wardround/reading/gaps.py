"""What a plan sentence leaves out and a person must fill.

Decides only what is missing; nothing is ever proposed in its place.
"""

from __future__ import annotations

from wardround.reading.statement import Statement
from wardround.text import Text

GAPS = {
    "owner": Text("责任科室", "Owner"), "cadence": Text("多久一次", "How often"),
    "deadline": Text("何时完成", "By when"), "target": Text("目标值", "Target"),
    "blank": Text("填好的整句", "The sentence, filled in"),
}  # fmt: skip
"""What may be missing, as a person is asked for it."""
ACTED_ON = ("measure", "requirement", "objective", "phase")
"""The kinds of statement that somebody has to carry out."""


def gaps(statement: Statement) -> tuple[str, ...]:
    """Which of `GAPS` are missing, in that order.

    A measure or requirement needs a cadence or a deadline, and 定期 is no cadence; an objective
    needs a target, which holds to the end of the plan's time, a phase a deadline. Nothing else
    needs anything.

    >>> from wardround.reading.plan import read
    >>> gaps(read("定期组织培训xx次。")[0])
    ('owner', 'cadence', 'blank')
    """
    if statement.kind not in ACTED_ON:
        return ()
    rules = statement.cadence or ""
    timed = bool(rules or statement.deadline)
    work = statement.kind in ("measure", "requirement")
    aimed = any(target.value for target in statement.targets)
    missing = {
        "owner": not statement.owners,
        "cadence": "FREQ=REGULAR" in rules or (work and not timed),
        "deadline": (statement.kind == "measure" and not timed)
        or (not work and not aimed and statement.deadline is None),
        "target": statement.kind == "objective" and not aimed,
        "blank": bool(statement.blanks),
    }
    return tuple(name for name, absent in missing.items() if absent)
