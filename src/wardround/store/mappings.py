"""A hospital's own mappings: TOML files in the data folder, by name; written by hand or by a page.

Decides where they lie and how a page's is written down. What may stand in one is
`sources.mapping`'s matter; `import --mapping NAME` reads them from here.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from wardround.sources.mapping import Column, Source, load_mapping
from wardround.store.house import House
from wardround.text import refuse

FOLDER = "mappings"
_NAME = re.compile(r"[\w一-鿿][\w一-鿿 .（）()-]{0,59}")


def load(house: House, word: str | None, feed: str | None) -> Source | dict[str, str] | None:
    """The mapping of that name in the data folder, or in that file: declared, or merely one
    heading = field a line."""
    if word is None:
        return None
    named = house.data / FOLDER / f"{word}.toml"
    file = named if named.exists() else Path(word)
    try:
        told = tomllib.loads(file.read_text("utf-8-sig"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise refuse(f"对照读不了：{error}。", f"The mapping cannot be read: {error}.") from error
    if all(isinstance(value, str) for value in told.values()) and "feed" not in told:
        return {str(k): str(v) for k, v in told.items()}
    return load_mapping(file, house.catalogue, feed)


def names(house: House) -> list[str]:
    """The mappings in the data folder."""
    return sorted(file.stem for file in (house.data / FOLDER).glob("*.toml"))


def save(house: House, name: str, source: Source, remark: str) -> None:
    """Write a mapping of one register under a name; raises `Refused` if that is no name."""
    if not _NAME.fullmatch(name):
        raise refuse(
            "对照名称只用汉字、字母、数字、空格和横线，60 字以内。",
            "A mapping's name has letters, digits, spaces and hyphens, 60 at most.", field="name",
        )  # fmt: skip
    folder = house.data / FOLDER
    folder.mkdir(exist_ok=True)
    new = folder / f".{name}.new"
    new.write_text(written(source, remark), "utf-8")
    try:
        load_mapping(new, house.catalogue)
        new.replace(folder / f"{name}.toml")
    finally:
        new.unlink(missing_ok=True)


def written(source: Source, remark: str) -> str:
    """A mapping of one register as TOML."""
    lines = [f"# {' '.join(remark.split())}", f"feed = {_word(source.feed or '')}"]
    if source.department:
        lines += ["", "[department]", *_pairs(source.department)]
    lines += ["", "[column]"]
    lines += [f"{_word(key)} = {_column(column)}" for key, column in source.column.items()]
    return "\n".join(lines) + "\n"


def _column(column: Column) -> str:
    said: list[str] = []
    if column.from_:
        said.append(f"from = [{', '.join(map(_word, column.from_))}]")
    if column.map:
        said.append(f"map = {{ {', '.join(_pairs(column.map))} }}")
    if column.format:
        said.append(f"format = [{', '.join(map(_word, column.format))}]")
    plain = {"joined": column.joined, "constant": column.constant, "only": column.only}
    said += [f"{key} = {_word(value)}" for key, value in plain.items() if value is not None]
    if column.times is not None:
        said.append(f"times = {column.times!r}")
    if column.pseudonym:
        said.append("pseudonym = true")
    return f"{{ {', '.join(said)} }}"


def _pairs(words: Mapping[str, Any]) -> Iterable[str]:
    return [f"{_word(word)} = {_word(str(ours))}" for word, ours in words.items()]


def _word(text: str) -> str:
    """A TOML string; JSON writes it the same way, but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
