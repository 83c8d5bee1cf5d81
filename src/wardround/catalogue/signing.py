"""The registers in which the signatures under reports are kept.

A report that declares who signs it brings a register of signed documents of its own, unless it
names one (`signed_in`) in which the hospital keeps such papers anyway.
"""

from __future__ import annotations

from wardround.catalogue.model import Field, Register, Report
from wardround.text import Text

DIGESTS = {
    "zh": Text("中文文件校验值（SHA-256）", "Check value of the Chinese file (SHA-256)"),
    "en": Text("英文文件校验值（SHA-256）", "Check value of the English file (SHA-256)"),
}
"""What is signed: the digests of the files as they were issued. A register named by `signed_in`
has these fields too."""


def register_key(report: Report) -> str | None:
    """The register of the report's signatures; None if nobody signs it."""
    if not report.signatures:
        return None
    return report.signed_in or f"{report.key}_signed"


def register_of(report: Report, owner: str) -> Register | None:
    """The register that the report brings, kept by the office that owns its system."""
    key = register_key(report)
    if key is None or report.signed_in:
        return None
    fields = {"period": Text("期间", "Period"), **DIGESTS}
    return Register(
        key=key, name=Text(f"{report.name.zh}签署", f"{report.name.en}: signatures"),
        shape="document", keeper=owner, owner=owner, title="{period}",
        signatures=report.signatures,
        field={k: Field(k, name, "text", required=True) for k, name in fields.items()},
    )  # fmt: skip
