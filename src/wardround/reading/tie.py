"""Which matches of a sentence are sure enough to be tied without asking.

Decides by what a person can check. A tie wants, all of them: that the sentence is about the system
that declares the thing (`SUBJECT`); that it says about half of one of its names (`NAMED`); that the
thing explains half of the telling words (`EXPLAINED`, less where the rhythm is the very same); that
no other is nearly as likely (`AHEAD`); and that nothing is contradicted: another rhythm, another
time limit, a ceiling for what should rise. Duties are tied clause by clause, and only where
something is done: a clause that only sets a rate is measured by an indicator. Targets are tied by
their metric, then by the clause around it. All else stays a proposal (`match`) that a person
confirms. A metric that is word for word what one indicator alone is called needs none of this; one
English word says too little.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from wardround.catalogue.model import Indicator
from wardround.period import Cadence
from wardround.reading.match import Match, Matcher
from wardround.reading.piece import CJK
from wardround.reading.statement import Statement, TargetText
from wardround.text import Text

NAMED, EXPLAINED, SCORE = 0.45, 0.5, 0.2
"""The least that a tie wants of `Match.named`, `Match.explained` and `Match.score`."""
SAME_RHYTHM = 0.4
"""The least of `Match.explained` where sentence and duty name the same rhythm."""
SUBJECT, CALLED = 0.22, 0.6
"""The least `score` and `named` of the system that a sentence is about."""
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
        self._called: dict[str, set[str]] = defaultdict(set)
        for indicator in self.catalogue.indicators.values():
            for name in (indicator.name.zh, indicator.name.en, *indicator.words):
                self._called[_plain(name)].add(indicator.key)

    def duties(self, said: Statement) -> tuple[Match, ...]:
        """The duties that a statement surely means, in the order of its clauses, each once."""
        found: dict[str, Match] = {}
        for clause in clauses(said.text):
            ranked = self.matcher.match(clause, (*said.level, said.text), kinds=("duty",))
            own = self.lexicon.has("cadence", None, clause)
            if not own and (said.kind == "objective" or _RATE.search(clause)):
                continue
            rules = said.cadence.split(" | ") if said.cadence else []
            told = rules if own or len(rules) == 1 else []
            fitting = [m for m in ranked if self._keeps(m.key, told, said.text)]
            duty = self._sure(ranked, fitting, said, clause)
            if duty and duty.explained < EXPLAINED and not self._owed(duty.key, told):
                continue
            if duty:
                found.setdefault(duty.key, duty)
        return tuple(found.values())

    def _keeps(self, duty: str, told: Sequence[str], text: str) -> bool:
        """Whether neither rhythm nor time limits of a duty are contradicted."""
        owed = self.catalogue.duties[duty]
        free = owed.every is None or not told
        return (free or self._owed(duty, told)) and _same_lengths(owed.name, text)

    def _owed(self, duty: str, told: Sequence[str]) -> bool:
        """Whether a duty is owed at one of the rhythms told."""
        every = self.catalogue.duties[duty].every
        return every is not None and any(_same_rhythm(every, rule) for rule in told)

    def indicator(self, said: Statement, target: TargetText) -> Match | None:
        """The indicator that a target is surely set for; its unit and direction fit.

        A change (up 3 %) is no level of an indicator and is never tied.
        """
        if target.op in ("increase", "decrease"):
            return None
        among = self._fitting(target)
        around = next((c for c in clauses(said.text) if target.metric and target.metric in c), "")
        telling = " " in target.metric.strip() or (
            len(target.metric) > 3 and CJK.search(target.metric)
        )
        called = self._called.get(_plain(target.metric), set()) if telling else set()
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
            known = [m for m in fitting if called == {m.key}]
            best = known[0] if known else self._sure(ranked, fitting, said)
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
        least = SAME_RHYTHM if best.kind == "duty" else EXPLAINED
        if best.score < SCORE or best.explained < least or best.named < NAMED:
            return None
        if others and others[0].score * AHEAD > best.score:
            return None
        return best if self._about(best, said, clause) else None

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
        return any(m.key == home and m.score >= SUBJECT and m.named >= CALLED for m in likeliest)

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


def _plain(name: str) -> str:
    return re.sub(r"\s", "", name).lower()


def clauses(text: str) -> list[str]:
    """The clauses of a sentence, without its mark and the tag of who is responsible."""
    body = _MARK.sub("", _TAG.sub("", text))
    return [clause.strip() for clause in _CLAUSE.split(body) if len(clause.strip()) > 1]


def _same_rhythm(owed: Cadence, told: str) -> bool:
    """Whether a rhythm as the reader writes it is that of a duty; 'regularly' is any."""
    rule = dict(part.split("=", 1) for part in told.split(";"))
    if rule["FREQ"] in ("REGULAR", "CONTINUOUS"):
        return True
    return (rule["FREQ"], int(rule.get("INTERVAL", 1))) == (owed.freq, owed.interval)


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
