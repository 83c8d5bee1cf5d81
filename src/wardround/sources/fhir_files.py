"""FHIR on disk: bulk files of one resource a line, and bundles.

Decides which files hold resources and cuts bundles into lines, object by object, without ever
holding one whole: a bundle may be of any size. What an entry says of its resource beside it (its
address, its version, that it is deleted) is put into the resource.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from pathlib import Path
from typing import Any, TextIO

from wardround.sources.packed import opened
from wardround.text import refuse

_BLOCK = 1 << 20
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*(?:"(\s*:)?|\Z)|[{}\[\]]', re.S)
NAMES = (".json", ".ndjson", ".jsonl")
_TYPE = re.compile(r'"resourceType"\s*:\s*"(\w+)"')
_BUNDLE = re.compile(r'"resourceType"\s*:\s*"Bundle"')
_CONDITION = re.compile(r"(?:^|[?&])identifier=([^&]+)")
KNOWN_AS = "_known_as"
"""Where a resource says under what other name its bundle knows it."""


def first_type(path: Path) -> str | None:
    """The resource type of a file with a resource a line; None if it is to be cut into lines.

    Raises `Refused` if it holds no resources.
    """
    try:
        with opened(path) as file:
            line = next((text for text in file if text.strip()), b"")
    except (OSError, EOFError) as error:
        raise refuse(f"打不开：{error}。", f"It cannot be opened: {error}.", path.name) from error
    text = line.decode("utf-8-sig", "replace")
    found = _TYPE.search(text)
    try:
        whole = isinstance(json.loads(text), dict)
    except ValueError:
        whole = False
    by_line = path.name.removesuffix(".gz").endswith((".ndjson", ".jsonl"))
    if (whole or by_line) and found and found[1] != "Bundle":
        return found[1]
    if text.lstrip()[:1] not in ("{", "["):
        raise refuse(
            "里面不是 FHIR 资源（JSON）。", "It holds no FHIR resources (JSON).", path.name
        )
    return None


def lines(path: Path) -> Iterator[str | None]:
    """The text of each resource of a file that is cut into lines: the entries of its bundles, or
    the resource that it is. None at the end: the file breaks off in the middle of one."""
    with opened(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
        try:
            head = text.read(_BLOCK)
            if _BUNDLE.search(head) and not head.lstrip().startswith("["):
                yield from _entries(head, text)
                return
            whole = json.loads(head + text.read())
        except (ValueError, EOFError):
            yield None
            return
    for resource in whole if isinstance(whole, list) else [whole]:
        yield json.dumps(resource, ensure_ascii=False)


def bundles(path: Path) -> Iterator[str]:
    """Of a file with a resource a line, the lines that are bundles."""
    with opened(path) as file:
        for line in file:
            if b'"Bundle"' in line:
                text = line.decode("utf-8-sig", "replace")
                if type_of(text) == "Bundle":
                    yield text


def unbundled(text: str) -> Iterator[str | None]:
    """The text of each resource in the text of a bundle, and in bundles within it; None for what
    is no resource."""
    try:
        entries = json.loads(text).get("entry") or []
        found = [
            (entry.get("resource"), entry.get("fullUrl") or "",
             {k: v for part in ("request", "response") for k, v in (entry.get(part) or {}).items()})
            for entry in entries
        ]  # fmt: skip
    except (ValueError, AttributeError, TypeError):
        yield None
        return
    for resource, address, told in found:
        if resource is None and (gone := _deleted(told)):
            yield gone
        if isinstance(resource, dict):
            kind, named, meta = (resource.get(k) for k in ("resourceType", "id", "meta"))
            said = _beside(address, told, named if isinstance(named, str) else None, bool(meta))
            whole = json.dumps(resource | said, ensure_ascii=False)
            yield from unbundled(whole) if kind == "Bundle" else [whole]


def _beside(
    address: object, told: Mapping[str, object], named: str | None, versioned: bool
) -> dict[str, Any]:
    """What an entry says of its resource that this does not say itself (`named` is its id): what
    it is called, under what other name entries beside it know it, and its version."""
    said: dict[str, Any] = {} if versioned else _version(told)
    known_as = re.split("[/:]", address)[-1] if isinstance(address, str) else ""
    asked = str(told.get("ifNoneExist") or told.get("url") or "")
    condition = _CONDITION.search(asked)
    wanted = condition[1].replace("%7C", "|") if condition else asked.partition("/")[2]
    key = named or wanted or known_as
    if key and not named:
        said["id"] = key
    if known_as and known_as != key:
        said[KNOWN_AS] = known_as
    return said


def _version(told: Mapping[str, object]) -> dict[str, Any]:
    """The `meta` of a resource, as far as the answer of a server beside it says it."""
    etag = re.search(r"\d+", str(told.get("etag", "")))
    meta = {"lastUpdated": told.get("lastModified"), "versionId": etag and etag[0]}
    said = {k: v for k, v in meta.items() if v}
    return {"meta": said} if said else {}


def _deleted(told: Mapping[str, object]) -> str | None:
    """What an entry that deletes a resource comes to: that it was entered in error. Histories and
    bulk exports have such entries in the place of a resource."""
    kind, _, key = str(told.get("url", "")).rpartition("/")
    if told.get("method") != "DELETE" or not kind:
        return None
    gone = {"resourceType": kind.rpartition("/")[2], "id": key, "status": "entered-in-error"}
    return json.dumps(gone | _version(told))


@dataclass(slots=True)
class _Entry:
    """What is known of the entry that is being read; `keys` holds the key last seen at each
    depth: 1 in the bundle, 3 in an entry, 4 in its resource."""

    keys: dict[int, str] = made(default_factory=dict)
    told: dict[str, str] = made(default_factory=dict)
    address: str = ""
    named: str | None = None
    versioned: bool = False
    text: str = ""

    def stands_at(self, depth: int, key: str) -> bool:
        return (depth, self.keys.get(1), self.keys.get(3)) == (3, "entry", key)

    def hear(self, token: re.Match[str], depth: int) -> None:
        """Take note of a string: a key, or the entry's address."""
        if token[1]:
            self.keys[depth] = token[0].split('"')[1]
            self.versioned = self.versioned or (depth == 4 and self.keys[4] == "meta")
        elif self.stands_at(depth, "fullUrl"):
            self.address = token[0].strip('"')
        elif depth == 4 and self.keys.get(3) in ("request", "response"):
            self.told[self.keys.get(4, "")] = token[0].strip('"')
        elif depth == 4 and self.keys.get(4) == "id":
            self.named = token[0].strip('"')

    def whole(self) -> str:
        """The resource's text, with what stands beside it."""
        said = _beside(self.address, self.told, self.named, self.versioned)
        bare = json.dumps(said)[1:-1]
        return "{" + bare + ", " * bool(bare) + self.text[1:]


def _entries(held: str, rest: TextIO) -> Iterator[str | None]:
    """The objects under `entry`, `resource` of bundles; only the entry being read is held."""
    at, depth, begun, ended = 0, 0, -1, False
    entry = _Entry()
    while True:
        for token in _TOKEN.finditer(held, at):
            if token.end() == len(held) and not ended and token[0][0] == '"':
                break
            at = token.end()
            if token[0][0] == '"':
                entry.hear(token, depth)
            elif token[0] in "{[":
                if token[0] == "{" and entry.stands_at(depth, "resource"):
                    begun = token.start()
                depth += 1
                entry.keys.pop(depth, None)
            else:
                depth -= 1
                if depth == 3 and begun >= 0:
                    entry.text = held[begun : token.end()].replace("\n", " ").replace("\r", " ")
                    begun = -1
                elif depth == 2:
                    if whole := entry.whole() if entry.text else _deleted(entry.told):
                        yield whole
                    entry = _Entry(entry.keys)
        if ended:
            break
        cut = begun if begun >= 0 else at
        block = rest.read(_BLOCK)
        held, at, begun, ended = held[cut:] + block, at - cut, min(begun, 0), not block
    if depth > 0:
        yield None


def type_of(text: str) -> str | None:
    """The resource type that the text of one resource says, None if it says none. What stands at
    its beginning is believed, unless it may be a bundle, which holds other types."""
    found = _TYPE.search(text, 0, 400)
    if found and '"Bundle"' not in text:
        return found[1]
    try:
        said = json.loads(text).get("resourceType")
    except (ValueError, AttributeError):
        return None
    return said if isinstance(said, str) else None
