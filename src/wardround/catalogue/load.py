"""Read declarations from TOML, strictly.

Decides what is well formed: every table becomes the value that `model` describes, and an
unknown key, a missing language or a wrong type is a fault with file, line and key. All faults
are reported together. What one declaration says of another is `validate`'s matter.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import tomllib
import types
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from wardround.catalogue.columns import BUILT_IN, completion, totalled
from wardround.catalogue.model import KINDS, Catalogue, Function, Indicator, Subject, System
from wardround.catalogue.signing import register_of
from wardround.figure import Target, Unit
from wardround.period import Cadence, Limit
from wardround.text import Fault, Refused, Text

SHIPPED = Path(__file__).parent
_PARSED: tuple[type, ...] = (Cadence, Limit, Target)
_MISSING = object()
T = TypeVar("T")


class _Place:
    """Where in a file a key stands: `line(path)` for the nearest line that can be found."""

    def __init__(self, name: str, source: str) -> None:
        self.name, self.faults = name, list[Fault]()
        self._lines: dict[tuple[str, ...], int] = {}
        table: tuple[str, ...] = ()
        counts: dict[str, int] = {}
        for number, line in enumerate(source.splitlines(), 1):
            header = re.match(r"\s*(\[\[?)\s*([^\]]+?)\s*\]", line)
            if header and not re.match(r"\s*\[\[?[^\]]*=", line):
                table = tuple(header[2].split("."))
                if header[1] == "[[":
                    counts[header[2]] = counts.get(header[2], -1) + 1
                    table = (*table, str(counts[header[2]]))
                self._lines.setdefault(table, number)
            elif key := re.match(r'\s*([\w"-]+)\s*=', line):
                self._lines.setdefault((*table, key[1].strip('"')), number)

    def line(self, path: tuple[str, ...]) -> int:
        while path and path not in self._lines:
            if ("system", *path) in self._lines:
                return self._lines["system", *path]
            path = path[:-1]
        return self._lines.get(path, 1)

    def fault(self, path: tuple[str, ...], zh: str, en: str) -> None:
        self.faults.append(Fault(Text(zh, en), f"{self.name}:{self.line(path)}", ".".join(path)))


def _build(cls: type, table: Any, at: _Place, path: tuple[str, ...], **given: Any) -> Any:
    """Make a dataclass value from a table; faults go to `at`, and None comes back."""
    if not isinstance(table, dict):
        at.fault(path, "这里应是一个表。", "A table is expected here.")
        return None
    hints, before = _hints(cls), len(at.faults)
    names = {f.name.rstrip("_"): f for f in dataclasses.fields(cls) if f.name not in given}
    for unknown in table.keys() - names.keys():
        near = difflib.get_close_matches(unknown, names, 1)
        at.fault(
            (*path, unknown),
            f"没有“{unknown}”这个词。"
            + (f"是不是“{near[0]}”？" if near else f"可用：{'、'.join(names)}。"),
            f'There is no key "{unknown}" here.'
            + (f' Did you mean "{near[0]}"?' if near else f" There are: {', '.join(names)}."),
        )
    values = dict(given)
    for word, f in names.items():
        raw = table.get(word, _MISSING)
        if raw is not _MISSING:
            values[f.name] = _convert(hints[f.name], raw, at, (*path, word))
        elif f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
            at.fault(path, f"缺少“{word}”。", f'"{word}" is missing.')
    return cls(**values) if len(at.faults) == before else None


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _convert(hint: Any, raw: Any, at: _Place, path: tuple[str, ...]) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _convert(next(a for a in args if a is not type(None)), raw, at, path)
    if origin is Literal:
        if raw not in args:
            options = ", ".join(map(str, args))
            at.fault(
                path, f"不能是“{raw}”。可选：{options}。", f'"{raw}" is not one of: {options}.'
            )
        return raw
    if origin is tuple:
        return _sequence(args, raw, at, path)
    if origin is dict:
        return _mapping(args[1], raw, at, path)
    if hint in _PARSED:
        try:
            return hint.parse(raw) if isinstance(raw, str) else _wrong(str, raw, at, path)
        except Refused as refused:
            at.fault(path, refused.faults[0].why.zh, refused.faults[0].why.en)
            return None
    if dataclasses.is_dataclass(hint):
        return _build(hint, raw, at, path)  # type: ignore[arg-type]
    return _scalar(hint, raw, at, path)


def _sequence(args: tuple[Any, ...], raw: Any, at: _Place, path: tuple[str, ...]) -> Any:
    if not isinstance(raw, list):
        at.fault(path, "这里应是一个列表。", "A list is expected here.")
        return ()
    if args[-1] is not Ellipsis and len(args) != len(raw):
        at.fault(path, f"应有 {len(args)} 项。", f"{len(args)} entries are expected.")
    return tuple(_convert(args[0], x, at, (*path, str(i))) for i, x in enumerate(raw))


def _mapping(hint: Any, raw: Any, at: _Place, path: tuple[str, ...]) -> Any:
    if not isinstance(raw, dict):
        at.fault(path, "这里应是一个表。", "A table is expected here.")
        return {}
    if hint is Any:
        return raw
    keyed = dataclasses.is_dataclass(hint) and "key" in {f.name for f in dataclasses.fields(hint)}
    found = {}
    for key, value in raw.items():
        here = (*path, key)
        if not re.fullmatch(r"[A-Za-z0-9_-]+", key) and hint is not Unit:
            at.fault(here, "键只用字母、数字、- 和 _。", "Keys are letters, digits, - and _.")
        if keyed:
            found[key] = _build(hint, value, at, here, key=key)
        else:
            found[key] = _convert(hint, value, at, here)
    return found


def _scalar(hint: Any, raw: Any, at: _Place, path: tuple[str, ...]) -> Any:
    if hint is Any:
        return raw
    if hint is float and isinstance(raw, int) and not isinstance(raw, bool):
        return float(raw)
    fits = isinstance(raw, hint) and not (hint is not bool and isinstance(raw, bool))
    if hint is date and isinstance(raw, datetime):
        fits = False
    if hint is datetime and fits and raw.tzinfo is None:
        at.fault(path, "时间要写明时区，如 +08:00。", "A time needs its zone, such as +08:00.")
    if hint is str and fits and not raw.strip():
        at.fault(path, "不能为空。", "It may not be empty.")
    return raw if fits else _wrong(hint, raw, at, path)


def _wrong(hint: type, raw: Any, at: _Place, path: tuple[str, ...]) -> None:
    zh = {str: "文字", int: "整数", float: "数", bool: "true 或 false", date: "日期",
          datetime: "时间"}[hint]  # fmt: skip
    at.fault(path, f"“{raw}”应是{zh}。", f'"{raw}" should be of type {hint.__name__}.')


def _read(file: Path, name: str) -> tuple[dict[str, Any], _Place]:
    try:
        source = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        place = _Place(name, "")
        place.fault((), "读不了这个文件；请存为 UTF-8。", f"This file cannot be read ({error}).")
        return {}, place
    place = _Place(name, source)
    try:
        return tomllib.loads(source), place
    except tomllib.TOMLDecodeError as error:
        number = re.search(r"line (\d+)", str(error))
        where = f"{name}:{number[1]}" if number else name
        place.faults.append(Fault(
            Text(f"不是合法的 TOML：{error}。", f"This is not valid TOML: {error}."), where
        ))  # fmt: skip
        return {}, place


def lined(faults: Iterable[Fault], *folders: Path) -> list[Fault]:
    """Faults of the catalogue in these folders, each with the line of its key in its file."""
    places: dict[str, _Place] = {}
    found = []
    for fault in faults:
        file = next((f for d in reversed(folders) if (f := d / "systems" / fault.place).is_file()),
                    None)  # fmt: skip
        if file and fault.place not in places:
            places[fault.place] = _read(file, fault.place)[1]
        if file:
            line = places[fault.place].line(tuple(fault.field.split(".")))
            fault = dataclasses.replace(fault, place=f"{fault.place}:{line}")
        found.append(fault)
    return found


def load_system(file: Path, root: Path) -> tuple[System | None, list[Fault]]:
    """One system's file; `root` is the folder of areas. Faults, or the system."""
    name = file.relative_to(root).as_posix()
    table, at = _read(file, name)
    if at.faults:
        return None, at.faults
    head = table.pop("system", {})
    if not isinstance(head, dict):
        head = {}
    clash = table.keys() & head.keys()
    system = _build(
        System, {**head, **table}, at, (), key=file.stem, area=file.parent.name, file=name
    ) if not clash else None  # fmt: skip
    return system, at.faults


def read_table(cls: type[T], file: Path) -> tuple[T | None, list[Fault]]:
    """One file as one value of `cls` (the hospital's own file), or its faults."""
    table, at = _read(file, file.name)
    value = None if at.faults else _build(cls, table, at, ())
    return value, at.faults


def _declared(folder: Path, file: str, cls: type, faults: list[Fault]) -> dict[str, Any]:
    """A shared list (functions, subjects, units, groups): key → value."""
    path = folder / file
    if not path.exists():
        return {}
    table, at = _read(path, file)
    found = _mapping(cls, table, at, ())
    faults += at.faults
    return found if not at.faults else {}


def load(*folders: Path) -> Catalogue:
    """The catalogue in these folders, later ones laid over earlier: a file of the same name
    replaces the shipped one. With no folder, the shipped catalogue.

    A folder holds `systems/<area>/<system>.toml` and, if it likes, `functions.toml`,
    `subjects.toml`, `units.toml`, `groups.toml`. Raises `Refused` with every fault found. What
    is read is nobody's to change: it is read again only when one of the files has changed.
    """
    folders = folders or (SHIPPED,)
    files = [f for folder in folders for f in (*folder.glob("*.toml"), *_systems(folder))]
    return _loaded(folders, tuple((file, *_written(file)) for file in files))


def _systems(folder: Path) -> list[Path]:
    return sorted((folder / "systems").glob("*/*.toml"))


def _written(file: Path) -> tuple[int, int]:
    """When a file was written, and its length; what cannot be read is told when it is read."""
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=4)
def _loaded(folders: tuple[Path, ...], files: tuple[tuple[Path, int, int], ...]) -> Catalogue:
    faults: list[Fault] = []
    systems: dict[str, System] = {}
    shared: dict[str, dict[str, Any]] = {"functions": {}, "subjects": {}, "units": {}, "groups": {}}
    kinds: dict[str, type] = {
        "functions": Function, "subjects": Subject, "units": Unit, "groups": Text
    }  # fmt: skip
    for folder in folders:
        for word, cls in kinds.items():
            shared[word] |= _declared(folder, f"{word}.toml", cls, faults)
        for file in _systems(folder):
            system, found = load_system(file, folder / "systems")
            faults += found
            if system:
                systems[system.key] = system
    by_kind: dict[str, Any] = _by_kind(systems.values(), faults)
    everything: dict[str, Any] = {**shared, **by_kind}
    catalogue = Catalogue(systems=systems, **everything)
    if faults:
        raise Refused(*faults)
    return catalogue


def _by_kind(systems: Iterable[System], faults: list[Fault]) -> dict[str, dict[str, Any]]:
    """Every kind's declarations by key; the same key twice is a fault."""
    plural = {
        kind: kind[:-1] + "ies" if kind in ("duty", "policy") else kind + "s" for kind in KINDS
    }
    found: dict[str, dict[str, Any]] = {plural[kind]: {} for kind in KINDS}
    home: dict[tuple[str, str], str] = {}
    for system in systems:
        signed = (register_of(report, system.owner) for report in system.report.values())
        system.register.update({r.key: r for r in signed if r})
        for kind in KINDS:
            for key, value in getattr(system, kind).items():
                if (kind, key) in home:
                    faults.append(Fault(
                        Text(f"“{key}”已在 {home[kind, key]} 中声明。",
                             f'"{key}" is already declared in {home[kind, key]}.'),
                        system.file, f"{kind}.{key}",
                    ))  # fmt: skip
                home[kind, key] = system.file
                found[plural[kind]][key] = value
    _grow(systems, found["indicators"], faults)
    found["registers"] |= BUILT_IN
    for register in found["registers"].values():
        for field in register.field.values():
            if field.type == "choice" and field.of == "indicator":
                kept = (i for i in found["indicators"].values() if totalled(i))
                field.choices.update({i.key: i.name for i in kept})
    for duty in found["duties"].values():
        derived = completion(duty)
        found["indicators"].setdefault(derived.key, derived)
    return found


_ROWS_OF = (
    "register", "numerator", "denominator", "denominator_register", "day", "department",
    "hospital_only",
)  # fmt: skip
"""What an indicator says of the rows that it looks at."""


def _grow(systems: Iterable[System], indicators: dict[str, Indicator], faults: list[Fault]) -> None:
    """A growth looks at the rows of what grows, and is as late as that; it says neither itself."""
    for system in systems:
        for key, one in system.indicator.items():
            if why := _ungrown(one, indicators):
                faults.append(Fault(why, system.file, f"indicator.{key}"))
            elif one.growth_of:
                of = indicators[one.growth_of]
                rows = {word: getattr(of, word) for word in _ROWS_OF}
                grown = dataclasses.replace(one, lag=one.lag or of.lag, **rows)
                system.indicator[key] = indicators[key] = grown


def _ungrown(one: Indicator, indicators: dict[str, Indicator]) -> Text | None:
    """Why an indicator can look neither at rows of its own nor at those of what grows."""
    own = [word for word in (*_ROWS_OF, "ranking") if getattr(one, word)]
    if one.growth_of is None:
        if one.register:
            return None
        return Text("缺少 register（登记本）。", "The key register is missing.")
    if own:
        return Text(
            f"增幅的数取自 {one.growth_of}，不要再写 {'、'.join(own)}。",
            f"A growth takes its rows from {one.growth_of}; leave out {', '.join(own)}.",
        )
    of = indicators.get(one.growth_of)
    if of is None or of.growth_of or of.ranking:
        return Text(
            f"growth_of 要写一个有值的指标，“{one.growth_of}”不是。",
            f'growth_of names an indicator with a value; "{one.growth_of}" is none.',
        )
    return None
