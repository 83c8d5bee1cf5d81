"""What the catalogue declares, as the words that a sentence may share with it.

Decides which of a declaration's words speak for it, and in which part: its name, its other names,
the names of what stands beside it, its explanations, its details, and who keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from wardround.catalogue.model import Catalogue, Duty, Field, Indicator, Policy, Register, System
from wardround.text import Text

Kind = Literal["system", "duty", "indicator", "register", "policy"]
KINDS: tuple[Kind, ...] = ("system", "duty", "indicator", "register", "policy")
Part = Literal["name", "words", "beside", "text", "detail", "who"]
BESIDE = ("duty", "indicator", "policy", "register", "check", "report", "scheme")
PARTS: tuple[Part, ...] = ("name", "words", "beside", "text", "detail", "who")


@dataclass(frozen=True, slots=True)
class Declared:
    """One declaration; `parts` holds its phrases in both languages."""

    kind: Kind
    key: str
    name: Text
    parts: Mapping[Part, tuple[str, ...]]


def declared(catalogue: Catalogue, kind: Kind) -> Iterator[Declared]:
    """Every declaration of a kind. Indicators that duties bring for nothing are left out."""
    for system in catalogue.systems.values():
        yield from _READ[kind](catalogue, system)


def _systems(catalogue: Catalogue, system: System) -> Iterator[Declared]:
    policies, registers = system.policy.values(), system.register.values()
    worded: tuple[Duty | Indicator | Policy, ...] = (
        *system.duty.values(), *system.indicator.values(), *policies
    )  # fmt: skip
    beside = [x.name for kind in BESIDE for x in getattr(system, kind).values()]
    yield Declared(
        "system",
        system.key,
        system.name,
        {
            "name": _both(system.name),
            "words": tuple(w for x in worded for w in x.words),
            "beside": _both(*beside),
            "text": _both(
                system.why,
                system.source.text,
                *(p.text for p in policies),
                *(i.describe for i in system.indicator.values()),
            ),
            "detail": tuple(w for r in registers for w in _details(r)),
            "who": _who(catalogue, (system.owner, *(r.keeper for r in registers))),
        },
    )


def _duties(catalogue: Catalogue, system: System) -> Iterator[Declared]:
    for duty in system.duty.values():
        register = catalogue.registers[duty.register]
        yield Declared(
            "duty",
            duty.key,
            duty.name,
            {
                "name": _both(duty.name),
                "words": duty.words,
                "beside": _both(register.name, system.name),
                "text": _both(system.why),
                "detail": tuple(_details(register)),
                "who": _who(catalogue, (duty.keeper or register.keeper, register.owner)),
            },
        )


def _indicators(catalogue: Catalogue, system: System) -> Iterator[Declared]:
    for indicator in system.indicator.values():
        yield Declared(
            "indicator",
            indicator.key,
            indicator.name,
            {
                "name": _both(indicator.name),
                "words": indicator.words,
                "beside": _both(system.name),
                "text": _both(indicator.describe),
            },
        )


def _registers(catalogue: Catalogue, system: System) -> Iterator[Declared]:
    for register in system.register.values():
        yield Declared(
            "register",
            register.key,
            register.name,
            {
                "name": _both(register.name),
                "beside": _both(system.name),
                "text": _both(system.why),
                "detail": tuple(_details(register)),
                "who": _who(catalogue, (register.keeper, register.owner)),
            },
        )


def _policies(catalogue: Catalogue, system: System) -> Iterator[Declared]:
    for policy in system.policy.values():
        yield Declared(
            "policy",
            policy.key,
            policy.name,
            {
                "name": _both(policy.name),
                "words": policy.words,
                "beside": _both(system.name),
                "text": _both(policy.text),
            },
        )


_READ = {
    "system": _systems,
    "duty": _duties,
    "indicator": _indicators,
    "register": _registers,
    "policy": _policies,
}


def _both(*texts: Text) -> tuple[str, ...]:
    return tuple(side for text in texts for side in (text.zh, text.en))


def _details(register: Register) -> Iterator[str]:
    for item in register.item.values():
        yield from _both(item.name)
    yield from _fields(register.field.values())


def _fields(fields: Iterable[Field]) -> Iterator[str]:
    for field in fields:
        yield from _both(field.name, *(() if field.of else field.choices.values()))
        yield from field.usual
        if field.help:
            yield from _both(field.help)
        yield from _fields(field.column.values())


def _who(catalogue: Catalogue, functions: Iterable[str | None]) -> tuple[str, ...]:
    known = [catalogue.functions[f] for f in dict.fromkeys(functions) if f in catalogue.functions]
    return tuple(w for f in known for w in (*_both(f.name), *f.words))
