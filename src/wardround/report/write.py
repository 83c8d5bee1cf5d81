"""Write a composed document as Word, in the style of hospital documents in its language.

Here is decided how blocks look on A4: faces, sizes, rules, numbers of headings, head and foot.
Each figure is a link to its rows with a bookmark around it, and is embedded (`embedded`), so
that `verify` can read it back. The same document always gives the same bytes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_BREAK, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table as WordTable

from wardround.report import picture, wordtable
from wardround.report.blocks import (
    Block,
    Bullets,
    Chart,
    Document,
    FigureRun,
    Heading,
    PageBreak,
    Paragraph,
    RecordRun,
    Runs,
    Signatures,
    Table,
    text_of,
)
from wardround.report.charts import shaped
from wardround.report.embedded import as_xml, mark_of
from wardround.report.layout import Counts, foot, side_by_side, signed, titled
from wardround.text import Text

WIDTH = 174.0
"""Millimetres between the margins."""
_WHOLE = 12
"""A table of at most so many rows stays on one page."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PROPS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    '<ds:datastoreItem ds:itemID="{6B0A2E7C-52D1-4F0B-9A55-3D3C5B7F1E01}" xmlns:ds='
    '"http://schemas.openxmlformats.org/officeDocument/2006/customXml"><ds:schemaRefs>'
    '<ds:schemaRef ds:uri="urn:wardround:figures"/></ds:schemaRefs></ds:datastoreItem>'
)


@dataclass(frozen=True, slots=True)
class _Faces:
    """Faces and sizes of one language; `head` are the faces of headings by level, `line` and
    `row` the exact height of a line of text and of a table's, in points."""

    latin: str
    body: str
    title: str
    head: tuple[str, ...]
    small: str
    size: float
    line: float
    cell: float
    row: float
    indent: bool


_FACES: Mapping[str, _Faces] = {
    "zh": _Faces("Times New Roman", "仿宋", "华文中宋", ("黑体", "楷体", "仿宋"), "宋体",
                 11, 16, 8.5, 10.6, True),
    "en": _Faces("Times New Roman", "宋体", "黑体", ("黑体", "黑体", "黑体"), "宋体",
                 10.5, 13, 8.5, 10.3, False),
}  # fmt: skip


def write_docx(document: Document, path: Path, address: str) -> None:
    """Write the document; `address` is where the product answers, for example
    https://wardround.hospital.example, and is put before every figure's query."""
    Path(path).write_bytes(docx_bytes(document, address))


def docx_bytes(document: Document, address: str) -> bytes:
    """The Word file's bytes."""
    writer = _Writer(document, address.rstrip("/"))
    writer.title()
    for block in side_by_side(document.blocks):
        writer.block(block)
    return writer.finish()


class _Writer:
    def __init__(self, document: Document, address: str) -> None:
        self.document, self.address, self.lang = document, address, document.lang
        self.faces = _FACES[document.lang]
        self.word = docx.Document()
        self.placed: list[tuple[str, FigureRun | RecordRun]] = []
        self.links: dict[str, str] = {}
        self.counts = Counts(document.lang)
        self._page()
        self._styles()
        self._head_and_foot()

    def say(self, zh: str, en: str) -> str:
        return Text(zh, en)[self.lang]

    def _page(self) -> None:
        section = self.word.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(22), Mm(18)
        section.left_margin = section.right_margin = Mm((210 - WIDTH) / 2)
        section.header_distance, section.footer_distance = Mm(12), Mm(9)

    def _styles(self) -> None:
        faces = self.faces
        _face(self.word.styles["Normal"], faces.latin, faces.body, faces.size)
        normal = self.word.styles["Normal"].paragraph_format
        normal.line_spacing, normal.space_after = Pt(faces.line), Pt(0 if faces.indent else 4)
        normal.widow_control = True
        _face(self.word.styles["Title"], faces.latin, faces.title, 20 if faces.indent else 18)
        self.word.styles["Title"].font.bold = True
        for level, face in enumerate(faces.head, 1):
            style = self.word.styles[f"Heading {level}"]
            size = faces.size + (2 if level == 1 else 0.5)
            _face(style, faces.latin, face, size)
            style.font.bold = not faces.indent or level == 3
            shape = style.paragraph_format
            shape.keep_with_next = True
            shape.line_spacing = Pt(faces.line + 3)
            shape.space_before, shape.space_after = Pt(9 if level == 1 else 4), Pt(2)

    def _head_and_foot(self) -> None:
        section, document = self.word.sections[0], self.document
        head = section.header.paragraphs[0]
        _tab(head, WIDTH)
        self._small(head, f"{document.hospital}\t{titled(document)[-1]}")
        _border(head, "bottom")
        below = section.footer.paragraphs[0]
        _tab(below, WIDTH)
        _border(below, "top")
        self._small(below, foot(document) + "\t" + self.say("第 ", "Page "))
        _field(below, "PAGE", 9)
        self._small(below, self.say(" 页，共 ", " of "))
        _field(below, "NUMPAGES", 9)
        if self.lang == "zh":
            self._small(below, " 页")

    def _small(self, paragraph: Any, words: str, size: float = 9) -> None:
        run = paragraph.add_run(words)
        run.font.size = Pt(size)
        _fonts(run._r, self.faces.latin, self.faces.small)
        paragraph.paragraph_format.line_spacing = 1.0
        paragraph.paragraph_format.first_line_indent = Pt(0)
        paragraph.paragraph_format.space_after = Pt(0)

    def title(self) -> None:
        """The title, the hospital's name on a line of its own, and below it the period."""
        lines = titled(self.document)
        first = self.word.add_paragraph(style="Title")
        first.alignment = ALIGN.CENTER
        shape = first.paragraph_format
        shape.space_before, shape.space_after, shape.line_spacing = Pt(0), Pt(2), Pt(27)
        for line in lines[:-1]:
            first.add_run(line).add_break(WD_BREAK.LINE)
        first.add_run(lines[-1])
        for run in first.runs:
            _fonts(run._r, self.faces.latin, self.faces.title)
        below = self.word.add_paragraph()
        below.alignment = ALIGN.CENTER
        self._small(below, self.document.subtitle, 10)
        below.paragraph_format.space_after = Pt(7)

    def block(self, block: Block | tuple[Chart, ...]) -> None:
        """Write one block, or charts side by side."""
        match block:
            case tuple():
                self._charts(block)
            case Heading():
                self._heading(block)
            case Paragraph():
                self._paragraph(block)
            case Bullets(items=items):
                for number, item in enumerate(items, 1):
                    numbered = Paragraph((f"{number}.{self.say('', ' ')}", *item))
                    self._paragraph(numbered).space_after = Pt(1)
            case Table():
                self._table(block)
            case Chart():
                self._charts((block,))
            case Signatures():
                self._signatures(block)
            case PageBreak():
                self.word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def _heading(self, block: Heading) -> None:
        paragraph = self.word.add_paragraph(style=f"Heading {block.level}")
        paragraph.add_run(self.counts.heading(block.level) + block.text)
        if self.faces.indent:
            paragraph.paragraph_format.first_line_indent = Pt(self.faces.size * 2)

    def _paragraph(self, block: Paragraph) -> Any:
        """Write running text; what ends in a colon stays with what it announces."""
        paragraph = self.word.add_paragraph()
        shape = paragraph.paragraph_format
        if block.note:
            self._runs(paragraph._p, block.runs, self._look(small=True))
            shape.line_spacing, shape.space_after = Pt(self.faces.row), Pt(4)
            return shape
        if self.faces.indent:
            shape.first_line_indent = Pt(self.faces.size * 2)
            paragraph.alignment = ALIGN.JUSTIFY
        if block.lead:
            self._runs(paragraph._p, (block.lead,), self._look(bold=True))
        self._runs(paragraph._p, block.runs)
        shape.keep_with_next = text_of(block.runs).endswith(("：", ":")) or None
        return shape

    def _look(self, small: bool = False, bold: bool = False) -> str:
        """The properties of a run: in tables and notes small; set off by the bold face."""
        faces = self.faces
        chinese = "黑体" if bold and faces.indent else faces.small if small else ""
        fonts = f'<w:rFonts w:ascii="{faces.latin}" w:hAnsi="{faces.latin}" w:cs="{faces.latin}"'
        size = round(faces.cell * 2)
        return (
            (f'{fonts} w:eastAsia="{chinese}"/>' if chinese else "")
            + ("<w:b/>" if bold and not faces.indent else "")
            + (f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if small else "")
        )

    def _runs(self, paragraph: Any, runs: Runs, look: str = "") -> None:
        """Put runs into a paragraph's element. Written as XML: a table has a thousand of them."""
        for run in runs:
            if isinstance(run, str):
                paragraph.append(_run(run, look, ""))
            else:
                self._linked(paragraph, run, look)

    def _linked(self, paragraph: Any, run: FigureRun | RecordRun, look: str) -> None:
        """A bookmark around a link around the words; without an address, only the bookmark."""
        figure = run.figure if isinstance(run, FigureRun) else None
        query = figure.query if figure else run.query if isinstance(run, RecordRun) else ""
        number = len(self.placed) + 1
        mark = mark_of(number)
        self.placed.append((mark, run))
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for element in (start, end):
            element.set(qn("w:id"), str(number))
        start.set(qn("w:name"), mark)
        line = "dash" if figure and figure.provisional else "dotted"
        underline = f'<w:u w:val="{line}" w:color="8A9691"/>' if query else ""
        made = _run(run.written, look, underline)
        paragraph.append(start)
        if query:
            link = OxmlElement("w:hyperlink")
            link.set(qn("r:id"), self._link(self.address + query))
            link.set(qn("w:history"), "1")
            link.append(made)
            paragraph.append(link)
        else:
            paragraph.append(made)
        paragraph.append(end)

    def _link(self, target: str) -> str:
        if target not in self.links:
            self.links[target] = self.word.part.relate_to(target, RT.HYPERLINK, is_external=True)
        return self.links[target]

    def _caption(self, words: str, below: bool = False, place: Any = None) -> None:
        paragraph = place or self.word.add_paragraph()
        paragraph.alignment = ALIGN.LEFT if self.lang == "en" and not below else ALIGN.CENTER
        self._runs(paragraph._p, (words,), self._look(small=True, bold=True))
        shape = paragraph.paragraph_format
        shape.line_spacing, shape.keep_with_next = Pt(self.faces.row + 1), not below
        shape.space_before, shape.space_after = Pt(0 if below else 6), Pt(4 if below else 2)

    def _table(self, block: Table) -> None:
        self._caption(self.counts.table() + block.caption)
        widths = [round(WIDTH * wordtable.MM * share / sum(block.shares)) for share in block.shares]
        table = parse_xml(wordtable.table(widths))
        heads = tuple((words,) for words in block.head)
        last = len(block.rows)
        for number, cells in enumerate((heads, *block.rows)):
            whole = len(cells) == 1 < len(block.head)
            kept = number == 0 or whole or number in (1, last - 1) or number < last <= _WHOLE
            row = parse_xml(wordtable.row(head=number == 0))
            for place, cell in enumerate(cells):
                right = place in block.right and not whole
                look = self._look(small=True, bold=number == 0 or whole)
                wide = (sum(widths), len(widths)) if whole else (widths[place], 1)
                made = parse_xml(wordtable.cell(*wide, self.faces.row, right, kept, number == 0))
                self._runs(made[-1], cell, look)
                row.append(made)
            table.append(row)
        self._add(table)
        self._gap()

    def _add(self, element: Any) -> None:
        """Put an element at the end of the document's text."""
        self.word.element.body.insert_element_before(element, "w:sectPr")

    def _gap(self) -> None:
        paragraph = self.word.add_paragraph()
        paragraph.paragraph_format.line_spacing = Pt(6)
        paragraph.paragraph_format.space_after = Pt(0)

    def _cell(self, cell: Any, runs: Runs) -> None:
        """One place of the signatures."""
        paragraph = cell.paragraphs[0]
        shape = paragraph.paragraph_format
        shape.line_spacing, shape.space_before, shape.space_after = 1.0, Pt(1), Pt(1)
        self._runs(paragraph._p, runs, self._look(small=True))

    def _charts(self, charts: tuple[Chart, ...]) -> None:
        """One chart over the whole width, or several in a row without rules."""
        if len(charts) == 1:
            self._drawn(charts[0], self.word.add_paragraph(), self.word.add_paragraph(), 150)
            return
        table = self.word.add_table(rows=2, cols=len(charts))
        for place, one in enumerate(charts):
            above, below = (table.cell(row, place).paragraphs[0] for row in (0, 1))
            self._drawn(one, above, below, WIDTH / len(charts) - 4)
        self._gap()

    def _drawn(self, block: Chart, above: Any, below: Any, width: float) -> None:
        image = picture.png(shaped(block.spec, width), scale=2.5)
        above.alignment = ALIGN.CENTER
        shape = above.paragraph_format
        shape.keep_with_next, shape.line_spacing = True, 1.0
        shape.space_before, shape.space_after = Pt(4), Pt(0)
        properties = above.add_run().add_picture(BytesIO(image), width=Mm(width))._inline.docPr
        properties.set("descr", block.description)
        words = self.counts.chart() + block.caption
        properties.set("name", words)
        self._caption(words, True, below)

    def _signatures(self, block: Signatures) -> None:
        self._gap()
        for paragraph in self._last():  # a page of signatures alone signs nothing
            paragraph.paragraph_format.keep_with_next = True
        table = self.word.add_table(rows=2, cols=max(len(block.lines), 1))
        table.autofit = False
        for place, (role, said) in enumerate(signed(block, self.lang)):
            width = Mm(WIDTH / len(block.lines))
            above, below = table.cell(0, place), table.cell(1, place)
            above.width = below.width = width
            self._cell(above, (role,))
            self._cell(below, (said,))
            below.paragraphs[0].paragraph_format.space_before = Pt(26)
            for cell in (above, below):
                cell.paragraphs[0].paragraph_format.keep_with_next = True
            _border(below.paragraphs[0], "top")
        for words, before in ((block.seal, 24), (block.day, 2)):
            paragraph = self.word.add_paragraph()
            paragraph.alignment = ALIGN.RIGHT
            paragraph.paragraph_format.space_before = Pt(before)
            paragraph.paragraph_format.right_indent = Mm(8)
            paragraph.paragraph_format.keep_with_next = words == block.seal
            self._runs(paragraph._p, (words,))

    def _last(self) -> Iterator[Any]:
        """The paragraphs at the document's end: its last words, or the last rows of its table."""
        for one in reversed(list(self.word.iter_inner_content())):
            if isinstance(one, WordTable):
                for cell in (cell for row in one.rows[-2:] for cell in row.cells):
                    yield from cell.paragraphs
                return
            yield one
            if one.text:
                return

    def finish(self) -> bytes:
        """Embed the figures, fix every date, and zip in a fixed order."""
        document = self.document
        properties = self.word.core_properties
        at = document.at.astimezone(UTC).replace(tzinfo=None)
        properties.created = properties.modified = at
        properties.author = properties.last_modified_by = document.hospital
        properties.title, properties.language = document.title, f"{document.lang}"
        properties.comments, properties.revision = document.chain_head, 1
        package = self.word.part.package
        xml = as_xml(document, self.address, self.placed)
        item = Part(PackURI("/customXml/item99.xml"), "application/xml", xml, package)
        props = Part(
            PackURI("/customXml/itemProps99.xml"),
            "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
            _PROPS.encode(), package,
        )  # fmt: skip
        item.relate_to(props, RT.CUSTOM_XML_PROPS)
        self.word.part.relate_to(item, RT.CUSTOM_XML)
        raw = BytesIO()
        self.word.save(raw)
        return _rezipped(raw.getvalue())


def _rezipped(raw: bytes) -> bytes:
    """The same parts in a fixed order with a fixed time, so that equal documents are equal."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            new.writestr(info, old.read(name))
    return out.getvalue()


def _run(words: str, look: str, underline: str) -> Any:
    """A run's element; `look` says where the underline stands among its properties."""
    properties = look + underline
    made = parse_xml(f"<w:r {nsdecls('w')}><w:rPr>{properties}</w:rPr><w:t/></w:r>")
    made[1].text = words
    made[1].set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made


def _fonts(element: Any, latin: str, chinese: str) -> None:
    """Both faces, without the theme's, which would otherwise win."""
    fonts = element.get_or_add_rPr().get_or_add_rFonts()
    for name, face in (("ascii", latin), ("hAnsi", latin), ("eastAsia", chinese), ("cs", latin)):
        fonts.set(qn(f"w:{name}"), face)
        fonts.attrib.pop(qn(f"w:{name}Theme"), None)
    fonts.attrib.pop(qn("w:cstheme"), None)


def _face(style: Any, latin: str, chinese: str, size: float) -> None:
    style.font.name, style.font.size, style.font.bold = latin, Pt(size), None
    style.font.color.rgb, style.font.italic = RGBColor(0, 0, 0), False
    _fonts(style.element, latin, chinese)
    borders = style.element.find(f"./{qn('w:pPr')}/{qn('w:pBdr')}")
    if borders is not None:
        borders.getparent().remove(borders)


def _tab(paragraph: Any, at: float) -> None:
    stops = paragraph.paragraph_format.tab_stops
    for stop in list(paragraph.style.paragraph_format.tab_stops):
        stops.add_tab_stop(stop.position, WD_TAB_ALIGNMENT.CLEAR)
    stops.add_tab_stop(Mm(at), WD_TAB_ALIGNMENT.RIGHT)


def _field(paragraph: Any, code: str, size: float) -> None:
    """A field that Word computes, such as the page's number."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = paragraph.add_run("1")
    run.font.size = Pt(size)
    field.append(run._r)
    paragraph._p.append(field)


def _rule(side: str, size: int, colour: str) -> Any:
    rule = OxmlElement(f"w:{side}")
    for name, word in (("val", "single"), ("sz", str(size)), ("space", "0"), ("color", colour)):
        rule.set(qn(f"w:{name}"), word)
    return rule


def _border(paragraph: Any, side: str) -> None:
    borders = OxmlElement("w:pBdr")
    borders.append(_rule(side, 4, "74827D"))
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
