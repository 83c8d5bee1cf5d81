"""The commands of Wardround, from the top: words are parsed here, work is done in `commands`.

No settings are read before the data folder is known, so each command names the
function that does it as text.
"""

from __future__ import annotations

import argparse
import errno
import json
import locale
import os
import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from typing import Any, NoReturn

from django.db.utils import DatabaseError

from wardround import __version__
from wardround.outcome import WRONG, Outcome
from wardround.text import Refused, Text, same


@dataclass(frozen=True, slots=True)
class Word:
    """One argument of a command, as argparse takes it."""

    flags: tuple[str, ...]
    help: Text
    options: dict[str, Any]


def word(*flags: str, zh: str, en: str, **options: Any) -> Word:
    return Word(flags, Text(zh, en), options)


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name, the function that does it, and its words."""

    name: str
    does: str
    help: Text
    words: tuple[Word, ...] = ()
    django: bool = True


def port(typed: str) -> int:
    """A number that a port can have."""
    if 0 <= (number := int(typed)) <= 65535:
        return number
    raise ValueError(typed)


_PERIOD = word("--period", zh="期间，如 2026H1、2026-03", en="e.g. 2026H1, 2026-03", required=True)
_DEPARTMENT = word("--department", zh="科室", en="department key")
_BY = word("--by", zh="以谁的身份", en="whose sign-in to act under")
_ENGINE = word("--engine", zh="用哪个引擎汇总", en="which engine adds the rows up",
               choices=("duckdb", "spark"), default="duckdb")  # fmt: skip
_MASTER = word("--master", zh="Spark 主节点，如 spark://127.0.0.1:7077",
               en="Spark's master, e.g. spark://127.0.0.1:7077")  # fmt: skip
_ASOF = word("--as-of", zh="截至时刻（ISO）", en="as of a moment (ISO)", dest="as_of")

COMMANDS: tuple[Command, ...] = (
    Command(
        "demo", "commands.demo:demo",
        Text("建一所演示医院并打开", "build a demonstration hospital and serve it"), (
        word("--no-serve", zh="只生成文件，不打开页面", en="stop after the files",
             action="store_true"),
        word("--port", zh="端口", en="port", type=port, default=8000),
    )),
    Command(
        "init", "commands.run:init",
        Text("新建一所医院", "make a new hospital"), (
        word("--hospital", zh="hospital.toml 的位置", en="path of a hospital.toml"),
    )),
    Command(
        "serve", "commands.run:serve",
        Text("打开页面", "serve the pages"), (
        word("--host", zh="地址", en="address", default="127.0.0.1"),
        word("--port", zh="端口", en="port", type=port, default=8000),
    )),
    Command(
        "tick", "commands.run:tick",
        Text("走一次时钟：到期、催办、刷新指标", "run the clocks once: due, escalation, figures")),
    Command(
        "doctor", "commands.run:doctor",
        Text("检查安装和数据", "check the installation and the data")),
    Command(
        "person", "commands.run:person",
        Text("给某人设密码", "give a person a password"), (
        word("key", zh="工号", en="staff number"),
    )),
    Command(
        "read", "commands.read:read",
        Text("读一份计划", "read a plan"), (
        word("file", zh="计划文件", en="the plan's file"),
        word("--jsonl", zh="每句一行 JSON", en="one statement a line", action="store_true"),
    ), django=False),
    Command(
        "adopt", "commands.plan:adopt",
        Text("采纳一份计划", "adopt a plan"), (
        word("file", zh="计划文件", en="the plan's file"),
        word("--twin", zh="同一份计划的另一种语言", en="the same plan in the other language"),
        word("--year", zh="年度", en="the plan's year", type=int), _BY,
    )),
    Command(
        "import", "commands.take_in:take_in",
        Text("导入医院系统的数据或表格", "import the hospital's data, or a table"), (
        word("kind", zh="csv、excel、fhir 或 hl7", en="csv, excel, fhir or hl7",
             choices=("csv", "excel", "fhir", "hl7")),
        word("path", zh="文件；fhir、hl7 也可以是文件夹", en="file; fhir, hl7: also a folder"),
        word("--feed", zh="登记本或接口的键", en="key of the feed or register"),
        word("--mapping", zh="对照（TOML 文件，或已存的名字）",
             en="mapping: a TOML file, or the name of one kept"), _BY,
    )),
    Command(
        "listen", "commands.listen:listen",
        Text("用 MLLP 接收 HL7 v2 消息", "receive HL7 v2 messages over MLLP"), (
        word("--host", zh="地址", en="address", default="127.0.0.1"),
        word("--port", zh="端口", en="port", type=port, default=2575),
        word("--every", zh="每隔几秒入库", en="seconds between batches", type=float, default=10),
        word("--mapping", zh="对照（TOML）", en="mapping (TOML)"), _BY,
    )),
    Command(
        "measure", "commands.measure:measure",
        Text("把新数据算进指标", "bring figures up to date"), (_ENGINE, _MASTER)),
    Command(
        "region", "commands.region:region",
        Text("许多医院合起来的指标", "figures of many hospitals together"), (
        word("folder", zh="区域文件夹，内有 mart/医院代码/",
             en="the region's folder, with mart/KEY/"),
        _PERIOD, _ENGINE, _MASTER,
    ), django=False),
    Command(
        "cluster", "commands.cluster:cluster",
        Text("在本机开一个小 Spark 集群", "run a small Spark cluster on this machine"), (
        word("--workers", zh="工作节点数", en="workers", type=int, default=2),
        word("--port", zh="主节点端口", en="the master's port", type=port, default=7077),
        word("--memory", zh="每个工作节点的内存（MB）", en="MB a worker", type=int, default=1024),
    ), django=False),
    Command(
        "figure", "commands.measure:figure",
        Text("一个指标的数", "one figure"), (
        word("key", zh="指标", en="indicator"), _DEPARTMENT, _PERIOD, _ASOF,
        word("--rows", zh="列出背后的记录", en="list the rows behind it", action="store_true"),
    )),
    Command(
        "score", "commands.measure:score",
        Text("科室考核得分", "score departments"), (
        word("scheme", zh="考核方案", en="scheme", nargs="?", default="department_month"), _PERIOD,
    )),
    Command(
        "report", "commands.measure:report",
        Text("写一份报告", "write a report"), (
        word("key", zh="报告", en="report"), _PERIOD, _DEPARTMENT, _ASOF,
        word("--out", zh="写到哪个 .docx 或 .pdf", en="where to write the .docx or .pdf",
             required=True),
    )),
    Command(
        "check-report", "commands.measure:check_report",
        Text("核对一份写好的报告", "check a written report against the records"), (
        word("file", zh=".docx 文件", en=".docx file"),
    )),
    Command(
        "check", "commands.check:check",
        Text("核对一份总结里的每个数", "check every figure of a summary"), (
        word("file", zh="总结文件", en="the summary's file"),
        word("--out", zh="另存一份标注好的 .docx", en="where to write a marked-up .docx"),
    )),
    Command(
        "catalogue", "commands.declared:catalogue",
        Text("制度目录：检查、列出、覆盖、演一遍", "check, list, measure or play the catalogue"), (
        word("act", zh="做什么", en="what to do", choices=("check", "list", "coverage", "play")),
        word("--kind", zh="种类", en="kind of declaration"),
        word("--inventory", zh="清单文件", en="inventory file (TSV)"),
        word("--system", zh="只演这个系统，可重复", en="play only this system; may be repeated",
             action="append"),
    )),
    Command(
        "verify", "commands.keep:verify",
        Text("核对账链", "verify the chain")),
    Command(
        "rebuild", "commands.keep:rebuild",
        Text("由记录重算一切", "work everything anew from the entries")),
    Command(
        "backup", "commands.keep:backup",
        Text("备份到一个文件", "back up to a file"), (
        word("file", zh="备份文件 .zip", en="backup file .zip"),
    )),
    Command(
        "restore", "commands.keep:restore",
        Text("由备份恢复", "restore from a backup"), (
        word("file", zh="备份文件 .zip", en="backup file .zip"),
        word("--erased", zh="备份以后的删除名单 erased.jsonl",
             en="erased.jsonl: who was erased since the backup"),
    )),
    Command(
        "erase", "commands.keep:erase",
        Text("删除一个人的个人信息，记录和数字不变",
             "erase a person; entries and figures stand"), (
        word("subject", zh="患者编号、病案号或记录编号",
             en="patient id, record number or entry id"), _BY,
        word("--reason", zh="删除原因", en="why", required=True),
    )),
    Command(
        "bench", "commands.bench:bench",
        Text("测速度和内存", "measure speed and memory"), (
        word("name", zh="测什么：reading、indicators、import、region",
             en="what to measure", choices=("reading", "indicators", "import", "region")),
        word("--pages", zh="文件页数", en="pages of the document", type=int, default=500),
        word("--rows", zh="指标或导入测速的数据行数", en="rows to measure on, indicators or import",
             type=int),
        word("--quick", zh="只试一遍：很小的医院，一轮", en="a trial: a tiny hospital, one round",
             action="store_true"),
        word("--alone", zh="指标只测全部重算，行数很多时用",
             en="indicators: the whole build alone, for very many rows", action="store_true"),
        word("--rounds", zh="轮数", en="rounds", type=int),
        word("--hospitals", zh="区域里的医院数", en="hospitals of the region", type=int,
             default=200),
        _MASTER,
    ), django=False),
)  # fmt: skip


def speech(typed: Sequence[str]) -> str:
    """The language asked for by `--lang`, else by WARDROUND_LANG, else the locale's."""
    asked = dict(pairwise(typed)).get("--lang") or os.environ.get("WARDROUND_LANG")
    chosen = asked or locale.getlocale()[0] or os.environ.get("LANG", "")
    return "zh" if chosen.lower().startswith(("zh", "chinese")) else "en"


_WRONG_WORDS: tuple[tuple[str, Text], ...] = (
    (r"argument COMMAND: invalid choice: '(.*?)'.*",
     Text("没有“{0}”这个命令", 'there is no command "{0}"')),
    (r"argument (\S+): invalid choice: '(.*?)' \(choose from (.*)\)",
     Text("{0} 不能是“{1}”，可以是 {2}", '{0} cannot be "{1}"; it may be {2}')),
    (r"argument (\S+): invalid port value: '(.*)'",
     Text("{0} 应是 0 至 65535 的整数，不能是“{1}”",
          '{0} is a whole number from 0 to 65535, not "{1}"')),
    (r"argument (\S+): invalid \w+ value: '(.*)'",
     Text("{0} 应是数字，不能是“{1}”", '{0} is a number, not "{1}"')),
    (r"argument (\S+): expected .*", Text("{0} 后面要写一个值", "{0} wants a value after it")),
    (r"the following arguments are required: (.*)", Text("还缺 {0}", "what is missing: {0}")),
    (r"unrecognized arguments: (.*)", Text("不认识 {0}", "nothing here is called {0}")),
)  # fmt: skip
"""What argparse says of wrong words, and how it is said here."""


def _told(message: str) -> Text:
    for pattern, said in _WRONG_WORDS:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return Text(said.zh.format(*found.groups()), said.en.format(*found.groups()))
    return Text(message, message)


class _Parser(argparse.ArgumentParser):
    """Refuses wrong words in one sentence, in the language of whoever typed them."""

    def __init__(self, *words: Any, lang: str = "en", **more: Any) -> None:
        super().__init__(*words, **more)
        self.lang = lang

    def error(self, message: str) -> NoReturn:
        told = _told(message)
        said = Text(
            f"命令写得不对：{told.zh}。{self.prog} --help 说明怎样写。",
            f"These words are not understood: {told.en}. {self.prog} --help tells how to write it.",
        )
        self.exit(WRONG, f"{said[self.lang]}\n")


def build_parser(lang: str = "en") -> argparse.ArgumentParser:
    """The parser of all commands; its help is in `lang`."""
    about = Text("督行：医院的计划，落到实处。", "Wardround: a hospital's plan, kept.")
    shared = _Parser(add_help=False)
    group = shared.add_argument_group(Text("各命令通用", "for every command")[lang])
    data = Text("数据文件夹（默认 ./wardround-data）", "data folder (default ./wardround-data)")
    group.add_argument("--data", default=argparse.SUPPRESS, help=data[lang])
    for_programs = Text("输出 JSON", "print JSON for programs")
    group.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help=for_programs[lang]
    )
    group.add_argument(
        "--lang",
        choices=("zh", "en"),
        default=argparse.SUPPRESS,
        help=Text("语言", "language")[lang],
    )
    parser = _Parser("wardround", description=about[lang], parents=[shared], lang=lang)
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        one = commands.add_parser(
            command.name, help=command.help[lang], parents=[shared], lang=lang
        )
        for w in command.words:
            one.add_argument(*w.flags, help=w.help[lang], **w.options)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is that of its outcome."""
    typed = sys.argv[1:] if argv is None else argv
    lang = speech(typed)
    words = build_parser(lang).parse_args(typed)
    words.lang = lang
    words.json = getattr(words, "json", False)
    if getattr(words, "data", None):
        os.environ["WARDROUND_DATA"] = words.data
    command = next(c for c in COMMANDS if c.name == words.command)
    try:
        return _print(_run(command, words), words.json)
    except Refused as refused:
        print(refused.say(words.lang), file=sys.stderr)
        return WRONG
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except (OSError, DatabaseError, sqlite3.Error) as error:
        print(_hindered(error)[words.lang], file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        return 130


_HINDRANCES = {
    errno.EACCES: Text("没有读写它的权限", "there is no permission to read or write it"),
    errno.EADDRINUSE: Text(
        "端口已被占用，请用 --port 换一个", "it is in use; choose another --port"
    ),
    errno.EISDIR: Text("它是文件夹", "it is a folder"),
    errno.ENOENT: Text("没有这个文件或文件夹", "there is no such file or folder"),
    errno.ENOSPC: Text("磁盘已满", "the disk is full"),
    errno.ENOTDIR: Text("路径中有一段是文件，不是文件夹", "part of the path is a file, no folder"),
    errno.EROFS: Text("它是只读的", "it is read-only"),
}
_DATABASE = {
    "readonly database": Text(
        "数据库只能读，不能写；请给本账户数据文件夹的写权限",
        "the database can be read, not written; give this account write permission in the folder",
    ),
    "no such table": Text(
        "数据库里缺表，不是督行的数据或不完整；请由备份恢复",
        "the database lacks tables: it is not Wardround's, or not whole; restore a backup",
    ),
    "not a database": Text(
        "数据库文件已损坏，请由备份恢复", "the database file is damaged; restore a backup"
    ),
}


def _hindered(error: Exception) -> Text:
    """What the machine did not allow, with the file it is about."""
    known = _HINDRANCES.get(error.errno or 0) if isinstance(error, OSError) else None
    told = next((said for part, said in _DATABASE.items() if part in str(error)), None)
    why = known or told or same(str(error))
    about = getattr(error, "filename", None)
    place = same(f"{about}: " if about else "")
    return Text(f"没有做成：{place.zh}{why.zh}。", f"It could not be done: {place.en}{why.en}.")


def _run(command: Command, words: argparse.Namespace) -> Outcome:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardround.settings")
    if command.django:
        import_module("django").setup()
    module, _, name = command.does.partition(":")
    outcome: Outcome = getattr(import_module(f"wardround.{module}"), name)(words)
    return outcome


def _print(outcome: Outcome, as_json: bool) -> int:
    """Print as the person or the program asked; long lists stream."""
    if as_json:
        for piece in _json(outcome.data):
            sys.stdout.write(piece)
        sys.stdout.write("\n")
    else:
        for line in outcome.lines:
            print(line)
    sys.stdout.flush()
    return outcome.status


def _json(data: Any) -> Iterator[str]:
    """JSON text of the data, piece by piece; an iterator inside a table becomes a list."""
    if isinstance(data, dict):
        yield "{"
        for number, (key, value) in enumerate(data.items()):
            yield (", " if number else "") + json.dumps(str(key), ensure_ascii=False) + ": "
            yield from _json(value)
        yield "}"
    elif isinstance(data, Iterable) and not isinstance(data, str | list | tuple):
        yield "["
        for number, value in enumerate(data):
            yield (", " if number else "") + json.dumps(value, ensure_ascii=False, default=str)
        yield "]"
    else:
        yield json.dumps(data, ensure_ascii=False, default=str)
