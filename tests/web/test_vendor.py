"""Scripts of others are what their manifest says, and come with their licences."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "src" / "wardround" / "web" / "static" / "vendor"
FILES = tomllib.loads((VENDOR / "manifest.toml").read_text(encoding="utf-8"))["file"]


def test_each_script_is_the_one_that_was_taken_in() -> None:
    found = {
        f["path"]: hashlib.sha256((VENDOR / f["path"]).read_bytes()).hexdigest() for f in FILES
    }

    assert found == {f["path"]: f["sha256"] for f in FILES}


def test_every_script_here_stands_in_the_manifest() -> None:
    assert {p.name for p in VENDOR.glob("*.js")} == {f["path"] for f in FILES}


def test_each_script_has_its_licence_beside_it() -> None:
    assert not [f["name"] for f in FILES if len((VENDOR / f["licence_file"]).read_text()) < 200]


def test_no_script_points_at_a_map_that_is_not_shipped() -> None:
    assert not [p.name for p in VENDOR.glob("*.js") if b"sourceMappingURL=" in p.read_bytes()]
