"""The tables. `Entry` and `FeedBatch` hold facts; the others are worked from them and can be
rebuilt, except `Secret`, which may be destroyed, `Access`, which says who looked, and a plan's
draft (`DraftItem`, `DraftAct`), which is nothing yet but work in progress.

No rule lives here; see `work` for rules and `ledger` for the only way in.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Ledger(models.Model):
    """One row a hospital: how long its chain is and where it ends. Locked while appending.

    `clock_offset` (seconds) is 0 but in the demonstration, whose clock starts at `demo_starts`.
    """

    hospital = models.CharField(max_length=64, primary_key=True)
    length = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)
    clock_offset = models.FloatField(default=0)
    demo_starts = models.DateTimeField(null=True)


class Entry(models.Model):
    """What somebody recorded. Never changed, never deleted: the database refuses it.

    `kind` is record, correction, void or step; `root` is the first version of the entry.
    """

    id = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField(unique=True)
    hospital = models.CharField(max_length=64)
    department = models.CharField(max_length=64)
    register = models.CharField(max_length=64)
    version = models.CharField(max_length=16)
    kind = models.CharField(max_length=12)
    subject = models.CharField(max_length=64, null=True)
    root = models.UUIDField()
    about = models.UUIDField(null=True)
    supersedes = models.UUIDField(null=True, unique=True)
    reason = models.TextField(default="")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=64)
    values = models.JSONField()
    attachments = models.JSONField(default=list)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["register", "department", "subject", "occurred_at"]),
            models.Index(fields=["about"]),
            models.Index(fields=["root"]),
            models.Index(fields=["recorded_at"]),
        ]


class FeedBatch(models.Model):
    """One delivery of rows from the hospital's information system, kept as it was checked."""

    register = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    file = models.CharField(max_length=255)
    rows = models.BigIntegerField()
    rejected = models.JSONField(default=list)
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["register", "digest"], name="one_delivery_once")
        ]


class DutyWindow(models.Model):
    """When a duty was, is or will be owed, and what answered it.

    `subject` and `match` (what a duty owed after something answers) are empty where they do not
    apply; `changed_at` says since when measuring must look again. How a window stands is
    `work.schedule.state`'s answer, asked anew each time.
    """

    duty = models.CharField(max_length=64)
    department = models.CharField(max_length=64)
    subject = models.CharField(max_length=64, default="")
    match = models.CharField(max_length=64, default="")
    opens = models.DateTimeField()
    due = models.DateTimeField()
    wanted = models.IntegerField()
    done = models.IntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    entry = models.UUIDField(null=True)
    changed_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["duty", "department", "subject", "match", "opens"],
                name="one_window_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["department", "due"]),
            models.Index(fields=["duty", "department", "subject", "opens"]),
            models.Index(fields=["duty", "match"]),
            models.Index(
                fields=["due"], name="window_open", condition=models.Q(done_at__isnull=True)
            ),
        ]


class Case(models.Model):
    """How a case stands: folded from its entries by `work.case`."""

    id = models.UUIDField(primary_key=True)
    register = models.CharField(max_length=64)
    department = models.CharField(max_length=64)
    subject = models.CharField(max_length=64, null=True)
    values = models.JSONField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=64)
    stage = models.CharField(max_length=12)
    deadline = models.DateTimeField(null=True)
    next_change = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    ever_late = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["register", "opened_at"]),
            models.Index(fields=["department", "closed_at"]),
            models.Index(fields=["next_change"]),
        ]


class Told(models.Model):
    """Somebody was told that a case's limit passed: `level` 0 the department, then offices."""

    case = models.UUIDField()
    stage = models.CharField(max_length=12)
    level = models.IntegerField()
    function = models.CharField(max_length=64, null=True)
    department = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "stage", "level", "at"], name="told_once")
        ]
        indexes: ClassVar = [models.Index(fields=["function", "at"])]


class PlanDocument(models.Model):
    """A plan as it was handed in: its text and the statements read in it; `twin` is the digest of
    the same plan in the other language, if there is one."""

    name = models.CharField(max_length=255)
    twin = models.CharField(max_length=64, default="")
    digest = models.CharField(max_length=64, unique=True)
    text = models.TextField()
    statements = models.JSONField()
    read_at = models.DateTimeField()
    read_by = models.CharField(max_length=64)


class DraftItem(models.Model):
    """One item of a plan that nobody has adopted yet: its values as they would be recorded.

    `decision` is empty, accepted, dropped or adopted; `version` counts its changes, so that
    nobody decides about what another has changed in the meantime.
    """

    plan = models.ForeignKey(PlanDocument, on_delete=models.CASCADE)
    number = models.CharField(max_length=24)
    values = models.JSONField()
    decision = models.CharField(max_length=12, default="")
    version = models.IntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "number"], name="one_draft_item_once")
        ]


class DraftAct(models.Model):
    """Who did what to a plan's draft, and when; `detail` is what it was about."""

    plan = models.ForeignKey(PlanDocument, on_delete=models.CASCADE)
    number = models.CharField(max_length=24)
    act = models.CharField(max_length=12)
    detail = models.TextField(default="")
    who = models.CharField(max_length=64)
    at = models.DateTimeField()


class PublishedReport(models.Model):
    """A report as it was issued: the file and every figure in it, with the chain's head."""

    report = models.CharField(max_length=64)
    period = models.CharField(max_length=32)
    department = models.CharField(max_length=64, null=True)
    lang = models.CharField(max_length=2)
    file = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    figures = models.JSONField()
    head = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=64)


class Secret(models.Model):
    """The key under which one subject's personal fields are sealed, and under it who a patient
    is; `number` finds them by record number. Emptying the row erases the person."""

    owner = models.CharField(max_length=64, primary_key=True)
    key = models.BinaryField(null=True)
    person = models.TextField(null=True)
    number = models.CharField(max_length=64, null=True, unique=True)
    erased_at = models.DateTimeField(null=True)


class Access(models.Model):
    """Somebody read personal fields, looked a patient up by number (`find`), or erased one
    (`erase`, with the reason): who, whose, when, in which register."""

    person = models.CharField(max_length=64)
    owner = models.CharField(max_length=64)
    register = models.CharField(max_length=64)
    at = models.DateTimeField()
    act = models.CharField(max_length=8, default="read")
    reason = models.TextField(default="")
