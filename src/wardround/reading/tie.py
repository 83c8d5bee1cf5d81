"""Which matches of a sentence are sure enough to be tied without asking.

Decides clause by clause, by what a person can check. A duty is tied where a clause says at least
half of one of its names (`NAMED`), where it explains at least half of the clause's telling words
(`EXPLAINED`), where no other duty is nearly as likely (`AHEAD`), and where nothing is contradicted:
another rhythm, another time limit, or a rate that another system measures. A target is tied to the
indicator that its metric names, under the same rule; `<=` never goes with an indicator that should
rise. All else stays a proposal (`match`) that a person confirms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from wardround.catalogue.model import Indicator
from wardround.period import Cadence
from wardround.reading.match import Match, Matcher
from wardround.reading.statement import Statement, TargetText
from wardround.text import Text

NAMED, EXPLAINED, SCORE = 0.45, 0.4, 0.2
"""The least that a tie wants of `Match.named`, `Match.explained` and `Match.score`."""
WHOLE = 0.9
"""From here on a name counts as said whole."""
SUBJECT = 0.22
"""The least score of the system that a sentence is about."""
AHEAD = 1.15
"""The runner-up scores at most the best's score divided by this."""
FALL_BACK = 0.8
"""Where the likeliest is contradicted, the next may be tied if it scores at least this share."""

_CLAUSE = re.compile(r"[，；;。：:|]|,\s|\.\s")
_TAG = re.compile(r"[（(][^（()）]*[）)](?=\W*$)")
_MARK = re.compile(r"^\W*\d+[.、]\s*")
_RATE = re.compile(r"[%％‰]|百分之|per ?cent")
_LENGTH = re.compile(
    r"(\d+|[一二两三四五六七八九十]+|one|two|three|four|five|six|seven|ten)"
    r"\s*(?:个)?\s*(?:工作|working |calendar )?(日|天|小时|分钟|days?|hours?|minutes?)"
)
_DIGITS = {
    "一": "1", "二": "2", "两": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7",
    "八": "8", "九": "9", "十": "10", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6", "seven": "7", "ten": "10",
}  # fmt: skip


_SAME = {"per cent": "%", "percent": "%", "％": "%", "日": "天", "days": "天", "day": "天"}
_SCALED = re.compile(r"[千万亿元£$]|thousand|million|billion|yuan")


class Tying:
    """The rule of tying for one catalogue."""

    def __init__(self, matcher: Matcher) -> None:
        self.matcher = matcher
        self.catalogue = matcher.catalogue
        self.lexicon = matcher.lexicon

    def duties(self, said: Statement) -> tuple[Match, ...]:
        """The duties that a statement surely means, in the order of its clauses, each once."""
        found: dict[str, Match] = {}
        for clause in clauses(said.text):
            ranked = self.matcher.match(clause, (*said.level, said.text), kinds=("duty",))
            fitting = [m for m in ranked if self._keeps(m.key, clause, said)]
            duty = self._sure(ranked, fitting, said, clause)
            if duty:
                found.setdefault(duty.key, duty)
        return tuple(found.values())

    def _keeps(self, duty: str, clause: str, said: Statement) -> bool:
        """Whether a clause says that something is done, and not at another rhythm."""
        told = said.cadence if self.lexicon.has("cadence", None, clause) else None
        if told is None and _RATE.search(clause):
            return False
        owed = self.catalogue.duties[duty]
        return _same_rhythm(owed.every, told) and _same_lengths(owed.name, said.text)

    def indicator(self, said: Statement, target: TargetText) -> Match | None:
        """The indicator that a target is surely set for; its unit and direction fit."""
        among = self._fitting(target)
        around = next((c for c in clauses(said.text) if target.metric and target.metric in c), "")
        for words in (target.metric, around):
            ranked = self.matcher.match(
                words, (*said.level, said.text), kinds=("indicator",), among=among
            )
            fitting = [
                m
                for m in ranked
                if _same_way(self.catalogue.indicators[m.key], target)
                and _same_lengths(m.name, said.text)
            ]
            best = self._sure(ranked, fitting, said)
            if best:
                return best
        return None

    def _sure(
        self, ranked: list[Match], fitting: list[Match], said: Statement, clause: str = ""
    ) -> Match | None:
        """The best of the fitting, if it is sure."""
        if not fitting or fitting[0].score < FALL_BACK * ranked[0].score:
            return None
        best, *others = fitting
        if best.score < SCORE or best.explained < EXPLAINED or best.named < NAMED:
            return None
        if others and others[0].score * AHEAD > best.score:
            return None
        return best if best.named >= WHOLE or self._about(best, said, clause) else None

    def _about(self, one: Match, said: Statement, clause: str) -> bool:
        """Whether the sentence, or its clause, speaks most of the system that declares `one`."""
        home = self.catalogue.system_of(one.kind, one.key).key
        whole = "，".join(clauses(said.text))
        likeliest = [
            found
            for words, context in ((whole, said.level), (clause, (*said.level, said.text)))
            if words
            for found in self.matcher.match(words, context, kinds=("system",), top=1)
        ]
        return any(m.key == home and m.score >= SUBJECT for m in likeliest)

    def _fitting(self, target: TargetText) -> frozenset[str]:
        """The indicators whose unit is the target's: the same symbol, or both count things."""
        told = target.unit.strip().lower()
        fits = self._counts(told) if told else not (target.value or "x").strip("0.")
        return frozenset(
            indicator.key
            for indicator in self.catalogue.indicators.values()
            for unit in [self.catalogue.units[indicator.unit]]
            for symbol in [unit.symbol.zh.lower()]
            if _SAME.get(told, told) in (symbol, symbol.partition("/")[0], unit.symbol.en.lower())
            or (told == "‰" and unit.times == 1000)
            or (not told and indicator.unit == "ratio")
            or (fits and unit.times == 1 and not unit.decimals and self._counts(symbol))
        )

    def _counts(self, unit: str) -> bool:
        """Whether a unit only says what is counted, one by one: 例, 份, adverse events."""
        return self.lexicon.meaning("unit", unit) in (None, "count") and not _SCALED.search(unit)


def clauses(text: str) -> list[str]:
    """The clauses of a sentence, without its mark and the tag of who is responsible."""
    body = _MARK.sub("", _TAG.sub("", text))
    return [clause.strip() for clause in _CLAUSE.split(body) if len(clause.strip()) > 1]


def _same_rhythm(owed: Cadence | None, told: str | None) -> bool:
    """Whether one of the sentence's rhythms is the duty's, or one of them has none."""
    if owed is None or told is None:
        return True
    rules = [dict(part.split("=", 1) for part in rule.split(";")) for rule in told.split(" | ")]
    return any(
        rule.get("FREQ") in ("REGULAR", "CONTINUOUS")
        or (rule.get("FREQ"), int(rule.get("INTERVAL", 1))) == (owed.freq, owed.interval)
        for rule in rules
    )


def _same_lengths(name: Text, text: str) -> bool:
    """Whether every length of time in a name (三日, 30 minutes) stands in the sentence too."""
    side = name.zh if re.search(r"[\u3400-\u9fff]", text) else name.en
    return set(_lengths(side)) <= set(_lengths(text))


def _lengths(text: str) -> Iterable[tuple[str, str]]:
    for number, unit in _LENGTH.findall(text):
        yield _DIGITS.get(number, number), {"天": "日"}.get(unit, unit).removesuffix("s")


def _same_way(indicator: Indicator, target: TargetText) -> bool:
    """A ceiling is not set for what should rise, nor a floor for what should fall."""
    against = {"<=": "up", "<": "up", ">=": "down", ">": "down"}.get(target.op)
    return indicator.direction != against
