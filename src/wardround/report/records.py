"""Which words of a report may open a record: what `check-report` holds a record's words against.

Every record of the period counts, whether the report lists it or not, so that the answer does not
hang on how many rows a report shows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from wardround.report.facts import Facts
from wardround.report.progress import case_name, coefficient, points, ranks


def words_of(facts: Facts, lang: str) -> Mapping[str, set[str]]:
    """The address of each record → the words by which a report in this language names it."""
    found: dict[str, set[str]] = defaultdict(set)
    for seen in facts.inspections():
        found[seen.query] |= {points(seen.score), str(seen.failed)}
    for key, register in facts.catalogue.registers.items():
        if register.shape == "case":
            for case in facts.cases(key):
                found[case.query].add(case_name(case, lang))
    for item in facts.plan_items():
        found[item.query].add(item.number)
    for scheme in facts.catalogue.schemes:
        for line in facts.scores(scheme):
            found[line.query] |= {points(line.points), ranks(line), coefficient(line)}
    return found
