"""Check what declarations say of one another.

`load` has made every declaration well formed; here references must lead somewhere, formulas
must compile against the register's columns, weights must add up and review dates lie ahead.
All faults come together, each with file and key.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial

from wardround.catalogue.columns import aggregate, columns, condition, stage_form
from wardround.catalogue.model import (
    Catalogue,
    Check,
    Duty,
    Field,
    Indicator,
    Policy,
    Register,
    Report,
    System,
)  # fmt: skip
from wardround.catalogue.scenario import Outcome
from wardround.catalogue.scheme import Line, Points, Scheme
from wardround.text import Fault, Refused, Text

PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)(?::([a-z_]+))?\}")
FORMS = frozenset({"value", "change", "target", "last_year", "sentence", "numerator"})
"""How a figure may be asked for in a report's words: `{bed_occupancy:change}`."""

_STOCK = ("received", "issued")
_FEW = 60
"""Up to so many names are listed where a word is none of them."""


class _Report:
    """Collects faults with the system's file in front."""

    def __init__(self, system: System, found: list[Fault]) -> None:
        self.system, self.found = system, found

    def __call__(self, key: str, zh: str, en: str) -> None:
        self.found.append(Fault(Text(zh, en), self.system.file, key))

    def known(self, key: str, word: str | None, among: Iterable[str], zh: str, en: str) -> None:
        names = sorted(among)
        if word is None or word in names:
            return
        near = difflib.get_close_matches(word, names, 1)
        said = Text("", "")
        if near:
            said = Text(f"是不是“{near[0]}”？", f' Did you mean "{near[0]}"?')
        elif len(names) <= _FEW:
            said = Text(f"可用：{'、'.join(names)}。", f" There are: {', '.join(names)}.")
        self(key, f"没有“{word}”这个{zh}。{said.zh}", f'There is no {en} "{word}".{said.en}')

    def compiles(self, key: str, parse: Callable[[], object]) -> None:
        try:
            parse()
        except Refused as refused:
            self.found += [Fault(f.why, self.system.file, key) for f in refused.faults]


def validate(catalogue: Catalogue, today: date) -> list[Fault]:
    """All faults in the catalogue; an empty list if it is sound."""
    found: list[Fault] = []
    for system in catalogue.systems.values():
        say = _Report(system, found)
        _system(system, catalogue, today, say)
        for register in system.register.values():
            _register(register, catalogue, say)
        for duty in system.duty.values():
            _duty(duty, catalogue, say)
        for check in system.check.values():
            _check(check, catalogue, say)
        for indicator in system.indicator.values():
            _indicator(indicator, catalogue, say)
            _charting(indicator, today, say)
        for scheme in system.scheme.values():
            _scheme(scheme, catalogue, say)
        for report in system.report.values():
            _document(report, catalogue, say)
        for policy in system.policy.values():
            _policy(policy, catalogue, say)
        _scenarios(system, catalogue, say)
    return found


def _system(system: System, catalogue: Catalogue, today: date, say: _Report) -> None:
    say.known("owner", system.owner, catalogue.functions, "职能", "function")
    if system.review_by < today:
        say(
            "review_by",
            f"复审日期 {system.review_by} 已过。",
            f"Review was due {system.review_by}.",
        )
    for row in system.covers:
        if not re.fullmatch(r"S\d-\d{3}", row):
            say("covers", f"“{row}”不是条目编号。", f'"{row}" is not an inventory row.')


def _register(register: Register, catalogue: Catalogue, say: _Report) -> None:
    at = f"register.{register.key}"
    for function in (register.keeper, register.owner, *register.escalates_to):
        say.known(at, function, catalogue.functions, "职能", "function")
    say.known(f"{at}.subject", register.subject, catalogue.subjects, "对象", "subject")
    for field in register.field.values():
        _field(field, f"{at}.field.{field.key}", register, catalogue, say)
    for word in (*register.unique, register.id, register.day, register.department):
        say.known(at, word, register.field, "字段", "field")
    if register.feed and not (register.id and register.day):
        say(at, "接口数据要写明 id 和 day。", "A feed needs its id and its day.")
    _shape(register, at, catalogue, say)
    if register.title:
        for word in re.findall(r"\{(\w+)\}", register.title):
            say.known(f"{at}.title", word, register.field, "字段", "field")
            if word in register.field and register.field[word].personal:
                say(f"{at}.title", "标题不能有个人信息。", "A title may hold nothing personal.")


def _shape(register: Register, at: str, catalogue: Catalogue, say: _Report) -> None:
    """What each shape must have, and must not."""
    shape = register.shape
    for word, fits in (("item", "checklist"), ("limits", "case"), ("signatures", "document")):
        if bool(getattr(register, word)) != (shape == fits):
            say(
                at,
                f"“{word}”属于且只属于 {fits}。",
                f'"{word}" belongs to a {fits}, and only there.',
            )
    _asked(register, at, catalogue, say)
    if shape == "stock" and not all(w in register.field for w in _STOCK):
        say(at, "库存登记要有 received 和 issued。", "A stock register has received and issued.")
    if shape == "people" and not any(f.type == "rows" for f in register.field.values()):
        say(at, "人员名单要有 rows 字段。", "A list of people has a field of type rows.")
    if register.opens:
        say.known(f"{at}.opens", register.opens, _cases(catalogue), "个案", "case register")
    if register.repeat:
        say.known(f"{at}.repeat", register.repeat.opens, _cases(catalogue), "个案", "case register")
        for word in register.repeat.same:
            say.known(f"{at}.repeat.same", word, {*register.field, "department", "subject"},
                      "字段", "field")  # fmt: skip


_SAID = frozenset({"step", "note", "passed", "items"})
"""What a step of a case says of itself."""


def _asked(register: Register, at: str, catalogue: Catalogue, say: _Report) -> None:
    """What stages ask for: only of stages that the case has, under names that are free."""
    plain = columns(replace(register, step={}))
    seen = {*register.field, *plain, *_SAID}
    for stage, asked in register.step.items():
        here = f"{at}.step.{stage}"
        say.known(here, stage, register.limits, "环节", "stage with a limit")
        say.known(f"{here}.by", asked.by, catalogue.functions, "职能", "function")
        for field in asked.field.values():
            if field.key in seen:
                say(f"{here}.field.{field.key}", f"“{field.key}”已经有了。",
                    f'There is a "{field.key}" already.')  # fmt: skip
            if field.type in ("rows", "file"):
                say(f"{here}.field.{field.key}", "环节里不用 rows 和 file。",
                    "A stage asks for no rows and no files.")  # fmt: skip
            seen.add(field.key)
            form = stage_form(register, stage)
            _field(field, f"{here}.field.{field.key}", form, catalogue, say)


def _field(field: Field, at: str, register: Register, catalogue: Catalogue, say: _Report) -> None:
    if (field.type in ("choice", "multi")) != bool(field.choices):
        say(at, "选项属于且只属于 choice 和 multi。", "Choices belong to choice and multi only.")
    if (field.inside or field.possible) and field.type not in ("integer", "decimal"):
        say(at, "限值只用于数。", "Limits are for numbers.")
    if field.type == "rows" and not field.column:
        say(at, "rows 要写明 column。", "A field of type rows needs its columns.")
    listed = field.type == "choice" and field.of == "indicator"
    if (field.type == "subject") != bool(field.of) and not listed:
        say(at, "of 属于且只属于 subject。", "`of` belongs to a subject, and only there.")
    if not listed:
        say.known(at, field.of, catalogue.subjects, "对象", "subject")
    if field.not_before:
        moments = {k for k, f in register.field.items() if f.type in ("date", "datetime")}
        moments |= set() if register.feed else {"occurred_at"}
        say.known(f"{at}.not_before", field.not_before, moments, "时间", "moment")
    if field.otherwise and not register.feed:
        say(at, "otherwise 只用于接口数据。", "`otherwise` is for feeds only.")
    for word in ("required_when", "shown_when", "otherwise"):
        if text := getattr(field, word):
            say.compiles(f"{at}.{word}", partial(condition, text, register))
    for column in field.column.values():
        _field(column, f"{at}.column.{column.key}", register, catalogue, say)


def _duty(duty: Duty, catalogue: Catalogue, say: _Report) -> None:
    at = f"duty.{duty.key}"
    say.known(f"{at}.keeper", duty.keeper, catalogue.functions, "职能", "function")
    say.known(f"{at}.for_each", duty.for_each, catalogue.subjects, "对象", "subject")
    say.known(f"{at}.register", duty.register, catalogue.registers, "登记本", "register")
    register = catalogue.registers.get(duty.register)
    if bool(duty.every) == bool(duty.after):
        say(at, "职责要么有频次 every，要么有起因 after。", "A duty has either every or after.")
    if bool(duty.after) != bool(duty.within):
        say(at, "after 与 within 要一起写。", "`after` and `within` go together.")
    if register is None:
        return
    if not (duty.keeper or register.keeper):
        say(at, "没有写明由谁做（keeper）。", "Nobody is named to do it (keeper).")
    if duty.where:
        say.compiles(f"{at}.where", lambda: condition(duty.where or "", register))
    if duty.sample:
        say.known(f"{at}.sample.of", duty.sample.of, catalogue.registers, "登记本", "register")
    if duty.after:
        say.known(f"{at}.after", duty.after.register, catalogue.registers, "登记本", "register")
        if cause := catalogue.registers.get(duty.after.register):
            for where in (cause, register):
                say.known(f"{at}.after.match", duty.after.match, where.field, "字段", "field")
            for word in (duty.after.at, duty.after.subject):
                say.known(f"{at}.after", word, cause.field, "字段", "field")
            if duty.after.when:
                when = duty.after.when
                say.compiles(f"{at}.after.when", lambda: condition(when, cause))


def _check(check: Check, catalogue: Catalogue, say: _Report) -> None:
    at = f"check.{check.key}"
    say.known(f"{at}.register", check.register, catalogue.registers, "登记本", "register")
    say.known(f"{at}.opens", check.opens, _cases(catalogue), "个案", "case register")
    if register := catalogue.registers.get(check.register):
        say.compiles(f"{at}.broken", lambda: condition(check.broken, register))
        known = {*columns(register), *register.field}
        for word in check.carry.values():
            say.known(f"{at}.carry", word, known, "字段", "field")
    if case := catalogue.registers.get(check.opens):
        for word in check.carry:
            say.known(f"{at}.carry", word, case.field, "字段", "field")
        for field in case.field.values():
            if field.required and field.key not in check.carry:
                say(f"{at}.carry", f"个案必填“{field.key}”没有来源。",
                    f'The case requires "{field.key}", and nothing fills it.')  # fmt: skip


def _indicator(indicator: Indicator, catalogue: Catalogue, say: _Report) -> None:
    at = f"indicator.{indicator.key}"
    say.known(f"{at}.unit", indicator.unit, catalogue.units, "单位", "unit")
    if indicator.group:
        say.known(f"{at}.group", indicator.group, catalogue.groups, "分组", "group")
    if bool(indicator.numerator) == bool(indicator.ranking):
        say(at, "指标要么有分子 numerator，要么是排名 ranking。",
            "An indicator has a numerator, or is a ranking.")  # fmt: skip
    for word in (indicator.register, indicator.denominator_register):
        say.known(f"{at}.register", word, catalogue.registers, "登记本", "register")
    register = catalogue.registers.get(indicator.register)
    other = catalogue.registers.get(indicator.denominator_register or indicator.register)
    if not register or not other:
        return
    if indicator.numerator:
        say.compiles(f"{at}.numerator", lambda: aggregate(indicator.numerator, register))
    if indicator.denominator:
        text = indicator.denominator
        say.compiles(f"{at}.denominator", lambda: aggregate(text, other))
    if indicator.ranking:
        ranking = indicator.ranking
        say.known(f"{at}.ranking.by", ranking.by, columns(register), "字段", "field")
        for word in filter(None, (ranking.value, ranking.over)):
            say.compiles(f"{at}.ranking.value", partial(aggregate, word, register))
    for word in (indicator.day, indicator.department):
        say.known(at, word, columns(register), "字段", "field")


def _charting(indicator: Indicator, today: date, say: _Report) -> None:
    """The control chart that is named, its baselines, and when the definition was reviewed."""
    at, kind = f"indicator.{indicator.key}", indicator.chart or ""
    if kind[:1] in ("p", "u", "g") and indicator.denominator is None:
        say(f"{at}.chart", f"{kind} 图要有分母 denominator。",
            f"A {kind} chart needs a denominator.")  # fmt: skip
    if kind == "c" and indicator.denominator is not None:
        say(f"{at}.chart", "c 图数的是件数，没有分母；有分母的用 u 或 p。",
            "A c chart is of plain counts; with a denominator it is u or p.")  # fmt: skip
    if kind == "g" and indicator.denominator_register:
        say(f"{at}.chart", "g 图的分子分母要出自同一本登记；否则用 t。",
            "A g chart counts within one register; otherwise use t.")  # fmt: skip
    days = [step.from_ for step in indicator.rebase]
    if days != sorted(set(days)):
        say(f"{at}.rebase", "重设基线的日期要由早到晚，不重复。",
            "New baselines go from the earliest day to the latest, each once.")  # fmt: skip
    if indicator.reviewed and indicator.reviewed > today:
        say(f"{at}.reviewed", "复核日期还没有到。", "The day of review has not come.")


def _scheme(scheme: Scheme, catalogue: Catalogue, say: _Report) -> None:
    at = f"scheme.{scheme.key}"
    say.known(f"{at}.applies_to", scheme.applies_to, catalogue.functions, "职能", "function")
    say.known(f"{at}.owner", scheme.owner, catalogue.functions, "职能", "function")
    for word, shape in ((scheme.posting, "document"), (scheme.appeals, "case")):
        fit = {k for k, r in catalogue.registers.items() if r.shape == shape and "month" in r.field}
        say.known(at, word, fit, f"有 month 的 {shape}", f"{shape} with a field month")
    weights = sum(line.weight for line in scheme.line)
    if abs(weights - scheme.full) > 1e-9:
        say(at, f"各行分值合计 {weights:g}，应为 {scheme.full:g}。",
            f"The weights add up to {weights:g}, not {scheme.full:g}.")  # fmt: skip
    if [b.score for b in scheme.band] != sorted({b.score for b in scheme.band}):
        say(
            f"{at}.band",
            "档次要从低分到高分写，不重复。",
            "Bands go up from the lowest score, each once.",
        )
    for number, line in enumerate(scheme.line):
        _line(line, f"{at}.line.{number}", catalogue, say)


def _line(line: Line, at: str, catalogue: Catalogue, say: _Report) -> None:
    if sum(map(bool, (line.figure, line.cases, line.entries))) != 1:
        say(at, "每行只计一样：figure、cases 或 entries。",
            "A line counts one thing: figure, cases or entries.")  # fmt: skip
    say.known(at, line.figure, catalogue.indicators, "指标", "indicator")
    say.known(at, line.cases, _cases(catalogue), "个案", "case register")
    say.known(at, line.entries, catalogue.registers, "登记本", "register")
    say.known(at, line.applies_to, catalogue.functions, "职能", "function")
    if line.only_if:
        say.known(at, line.only_if.figure, catalogue.indicators, "指标", "indicator")
    rules = sum(map(bool, (line.share, line.spread, line.deduct, line.earn)))
    if rules > 1:
        say(at, "share、spread、deduct、earn 只用一种。",
            "A line uses one of share, spread, deduct and earn.")  # fmt: skip
    if not line.weight and (line.share or line.spread or line.earn):
        say(
            at,
            "没有分值的行只能扣分、加分或否决。",
            "Without weight a line deducts, adds or vetoes.",
        )
    if not (line.weight or line.deduct or line.bonus or line.veto):
        say(at, "这一行什么也不计。", "This line moves nothing.")
    falls = line.figure in catalogue.indicators and (
        catalogue.indicators[line.figure].direction == "down"
    )
    if line.share and falls and line.zero_at is None:
        say(at, "越低越好的指标按比例给分，要写明得零分的值 zero_at。",
            "Where less is better, a share needs zero_at: what earns 0.")  # fmt: skip
    _counted(line, at, catalogue, say)


def _counted(line: Line, at: str, catalogue: Catalogue, say: _Report) -> None:
    """What is said of rows needs rows, what is said of a figure needs a figure."""
    points: tuple[Points, ...] = (*line.deduct, *line.earn, *line.bonus)
    if any(p.each <= 0 or p.points <= 0 for p in points):
        say(at, "each 和 points 要大于 0。", "`each` and `points` are above 0.")
    formulas = [t for t in (line.where, line.veto, *(p.when for p in points)) if t]
    formulas += [p.by for p in points if p.by]
    of_figure = (line.share, line.spread, line.target, line.top > 1, line.zero_at is not None)
    if line.figure and formulas:
        say(
            at, "where、veto、when、by 只用于登记和个案。", "where, veto, when and by are for rows."
        )
    if not line.figure and (any(of_figure) or any(p.beyond for p in points)):
        say(at, "目标、比例和排名只用于指标。", "Targets, shares and ranks are for figures.")
    counted = catalogue.registers.get(line.cases or line.entries or "")
    if line.day:
        moments = (
            {k for k, n in columns(counted).items() if n.kind in ("date", "datetime")}
            if (counted)
            else set()
        )
        say.known(f"{at}.day", line.day, moments, "时间栏", "column with a day")
    for text in formulas if counted else ():
        say.compiles(at, lambda text=text: condition(text, counted))  # type: ignore[arg-type, misc]


def _document(report: Report, catalogue: Catalogue, say: _Report) -> None:
    at = f"report.{report.key}"
    texts: list[tuple[str, Text]] = [(at, report.title)]
    if report.opening:
        texts.append((at, report.opening))
    for number, section in enumerate(report.section):
        here = f"{at}.section.{number}"
        for key in section.indicators:
            say.known(here, key, catalogue.indicators, "指标", "indicator")
        for key in section.registers:
            say.known(here, key, catalogue.registers, "登记本", "register")
        say.known(here, section.scheme, catalogue.schemes, "考核方案", "scheme")
        say.known(here, section.departments, catalogue.functions, "职能", "function")
        if section.text:
            texts.append((here, section.text))
    for here, text in texts:
        for word, form in PLACEHOLDER.findall(text.zh) + PLACEHOLDER.findall(text.en):
            if word not in ("hospital", "period", "department", "last_year"):
                say.known(here, word, catalogue.indicators, "指标", "indicator")
                if form:
                    say.known(here, form, FORMS, "写法", "form of a figure")


def _policy(policy: Policy, catalogue: Catalogue, say: _Report) -> None:
    at = f"policy.{policy.key}"
    say.known(at, policy.acknowledged_by, catalogue.functions, "职能", "function")
    for word in policy.evidence:
        say.known(f"{at}.evidence", word, {*catalogue.duties, *catalogue.registers},
                  "职责或登记本", "duty or register")  # fmt: skip


def _scenarios(system: System, catalogue: Catalogue, say: _Report) -> None:
    for number, scenario in enumerate(system.scenario):
        for place, step in enumerate(scenario.story):
            at = f"scenario.{number}.story.{place}"
            if bool(step.who) == bool(step.then):
                say(at, "每一步要么有人做（who），要么看结果（then）。",
                    "A step is somebody acting (who) or what is then so.")  # fmt: skip
            say.known(at, step.records, catalogue.registers, "登记本", "register")
            say.known(at, step.feeds, catalogue.registers, "登记本", "register")
            if bool(step.feeds) != bool(step.table):
                say(at, "feeds 与 table 要一起写。", "`feeds` and `table` go together.")
            if step.then:
                for kind, word in _named(step.then):
                    say.known(at, word, getattr(catalogue, kind), "声明", "declaration")


def _named(outcome: Outcome) -> Iterator[tuple[str, str | None]]:
    yield "registers", outcome.case
    yield "duties", outcome.duty
    yield from (("indicators", key) for key in (outcome.figure, *outcome.figures))
    yield "schemes", outcome.score
    yield "reports", outcome.report


def _cases(catalogue: Catalogue) -> set[str]:
    return {key for key, register in catalogue.registers.items() if register.shape == "case"}
