"""Write a composed document as Word, in the style of hospital documents in its language.

Here is decided how blocks look on A4: faces, sizes, rules, numbers of headings, head and foot.
Each figure is a link to its rows with a bookmark around it, and is embedded (`embedded`), so
that `verify` can read it back. The same document always gives the same bytes.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import vl_convert
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_BREAK, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

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
)
from wardround.report.embedded import as_xml
from wardround.report.layout import Counts, foot, signed, titled
from wardround.text import Text

WIDTH = 158.0
"""Millimetres between the margins."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PROPS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    '<ds:datastoreItem ds:itemID="{6B0A2E7C-52D1-4F0B-9A55-3D3C5B7F1E01}" xmlns:ds='
    '"http://schemas.openxmlformats.org/officeDocument/2006/customXml"><ds:schemaRefs>'
    '<ds:schemaRef ds:uri="urn:wardround:figures"/></ds:schemaRefs></ds:datastoreItem>'
)


@dataclass(frozen=True, slots=True)
class _Faces:
    """Faces and sizes of one language; `head` are the faces of headings by level."""

    latin: str
    body: str
    title: str
    head: tuple[str, ...]
    small: str
    size: float
    spacing: float
    cell: float
    indent: bool


_FACES: Mapping[str, _Faces] = {
    "zh": _Faces("Times New Roman", "仿宋", "华文中宋", ("黑体", "楷体", "仿宋"), "宋体",
                 12, 1.4, 9.5, True),
    "en": _Faces("Times New Roman", "宋体", "黑体", ("黑体", "黑体", "黑体"), "宋体",
                 11, 1.2, 9, False),
}  # fmt: skip


def write_docx(document: Document, path: Path, address: str) -> None:
    """Write the document; `address` is where the product answers, for example
    https://wardround.hospital.example, and is put before every figure's query."""
    Path(path).write_bytes(docx_bytes(document, address))


def docx_bytes(document: Document, address: str) -> bytes:
    """The Word file's bytes."""
    writer = _Writer(document, address.rstrip("/"))
    writer.title()
    for block in document.blocks:
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
        section.top_margin, section.bottom_margin = Mm(30), Mm(26)
        section.left_margin = section.right_margin = Mm(26)
        section.header_distance, section.footer_distance = Mm(16), Mm(13)

    def _styles(self) -> None:
        faces = self.faces
        _face(self.word.styles["Normal"], faces.latin, faces.body, faces.size)
        normal = self.word.styles["Normal"].paragraph_format
        normal.line_spacing, normal.space_after = faces.spacing, Pt(0 if faces.indent else 6)
        normal.widow_control = True
        _face(self.word.styles["Title"], faces.latin, faces.title, 22 if faces.indent else 20)
        self.word.styles["Title"].font.bold = True
        for level, face in enumerate(faces.head, 1):
            style = self.word.styles[f"Heading {level}"]
            size = faces.size + (2 if level == 1 else 0.5)
            _face(style, faces.latin, face, size)
            style.font.bold = not faces.indent or level == 3
            shape = style.paragraph_format
            shape.keep_with_next = True
            shape.space_before, shape.space_after = Pt(10 if level == 1 else 5), Pt(2)

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
        shape.space_before, shape.space_after, shape.line_spacing = Pt(6), Pt(4), 1.3
        for line in lines[:-1]:
            first.add_run(line).add_break(WD_BREAK.LINE)
        first.add_run(lines[-1])
        for run in first.runs:
            _fonts(run._r, self.faces.latin, self.faces.title)
        below = self.word.add_paragraph()
        below.alignment = ALIGN.CENTER
        self._small(below, self.document.subtitle, 11 if self.lang == "zh" else 10)
        below.paragraph_format.space_after = Pt(14)

    def block(self, block: Block) -> None:
        """Write one block."""
        match block:
            case Heading():
                self._heading(block)
            case Paragraph():
                self._paragraph(block)
            case Bullets(items=items):
                for number, item in enumerate(items, 1):
                    self._paragraph(Paragraph((f"{number}.{self.say('', ' ')}", *item)))
            case Table():
                self._table(block)
            case Chart():
                self._chart(block)
            case Signatures():
                self._signatures(block)
            case PageBreak():
                self.word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def _heading(self, block: Heading) -> None:
        paragraph = self.word.add_paragraph(style=f"Heading {block.level}")
        paragraph.add_run(self.counts.heading(block.level) + block.text)
        if self.faces.indent:
            paragraph.paragraph_format.first_line_indent = Pt(self.faces.size * 2)

    def _paragraph(self, block: Paragraph) -> None:
        paragraph = self.word.add_paragraph()
        if block.note:
            self._runs(paragraph, block.runs, self.faces.cell - 0.5)
            paragraph.paragraph_format.line_spacing = 1.1
            paragraph.paragraph_format.space_after = Pt(8)
            return
        if self.faces.indent:
            paragraph.paragraph_format.first_line_indent = Pt(self.faces.size * 2)
            paragraph.alignment = ALIGN.JUSTIFY
        self._runs(paragraph, block.runs)

    def _runs(self, paragraph: Any, runs: Runs, size: float | None = None,
              face: str = "", bold: bool = False) -> None:  # fmt: skip
        for run in runs:
            made = paragraph.add_run(run) if isinstance(run, str) else self._linked(paragraph, run)
            if size:
                made.font.size = Pt(size)
            if face:
                _fonts(made._r, self.faces.latin, face)
            made.bold = bold or None

    def _linked(self, paragraph: Any, run: FigureRun | RecordRun) -> Any:
        """A bookmark around a link around the words; without an address, only the bookmark."""
        figure = run.figure if isinstance(run, FigureRun) else None
        query = figure.query if figure else run.query if isinstance(run, RecordRun) else ""
        number = len(self.placed) + 1
        mark = f"figure_{number:04}"
        self.placed.append((mark, run))
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for element in (start, end):
            element.set(qn("w:id"), str(number))
        start.set(qn("w:name"), mark)
        paragraph._p.append(start)
        made = paragraph.add_run(run.written)
        if query:
            link = OxmlElement("w:hyperlink")
            link.set(qn("r:id"), self._link(self.address + query))
            link.set(qn("w:history"), "1")
            paragraph._p.append(link)
            _dotted(made, bool(figure and figure.provisional))
            link.append(made._r)
        paragraph._p.append(end)
        return made

    def _link(self, target: str) -> str:
        if target not in self.links:
            self.links[target] = self.word.part.relate_to(target, RT.HYPERLINK, is_external=True)
        return self.links[target]

    def _caption(self, words: str, below: bool = False) -> None:
        paragraph = self.word.add_paragraph()
        paragraph.alignment = ALIGN.CENTER if self.lang == "zh" else ALIGN.LEFT
        run = paragraph.add_run(words)
        run.font.size, run.bold = Pt(self.faces.cell), self.lang == "en" or None
        _fonts(run._r, self.faces.latin, "黑体")
        shape = paragraph.paragraph_format
        shape.line_spacing, shape.keep_with_next = 1.2, not below
        shape.space_before, shape.space_after = Pt(2 if below else 8), Pt(10 if below else 3)

    def _table(self, block: Table) -> None:
        self._caption(self.counts.table() + block.caption)
        table = self.word.add_table(rows=0, cols=len(block.head))
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        _table_rules(table)
        widths = [WIDTH * share / sum(block.shares) for share in block.shares]
        heads = tuple((words,) for words in block.head)
        for number, cells in enumerate((heads, *block.rows)):
            row = table.add_row()
            _row_rules(row, head=number == 0, last=number == len(block.rows))
            whole = len(cells) == 1 < len(block.head)
            if whole:
                row.cells[0].merge(row.cells[-1])
            for place, cell in enumerate(cells):
                bold = number == 0 or whole
                self._cell(row.cells[place], cell, place in block.right and not whole, bold)
            for place, width in enumerate(widths):
                row.cells[place].width = Mm(WIDTH if whole else width)
            if number == 0 or whole:
                for paragraph in row.cells[0].paragraphs:
                    paragraph.paragraph_format.keep_with_next = True
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        self._gap()

    def _gap(self) -> None:
        paragraph = self.word.add_paragraph()
        paragraph.paragraph_format.line_spacing = Pt(8)
        paragraph.paragraph_format.space_after = Pt(0)

    def _cell(self, cell: Any, runs: Runs, right: bool, bold: bool) -> None:
        paragraph = cell.paragraphs[0]
        shape = paragraph.paragraph_format
        shape.line_spacing, shape.space_before, shape.space_after = 1.0, Pt(1), Pt(1)
        paragraph.alignment = ALIGN.RIGHT if right else ALIGN.LEFT
        face = "黑体" if bold and self.lang == "zh" else self.faces.small
        self._runs(paragraph, runs, self.faces.cell, face, bold and self.lang == "en")

    def _chart(self, block: Chart) -> None:
        image = vl_convert.vegalite_to_png(json.dumps(block.spec), scale=2.0)
        paragraph = self.word.add_paragraph()
        paragraph.alignment = ALIGN.CENTER
        shape = paragraph.paragraph_format
        shape.keep_with_next, shape.line_spacing, shape.space_before = True, 1.0, Pt(6)
        picture = paragraph.add_run().add_picture(BytesIO(image), width=Mm(140))
        properties = picture._inline.docPr
        properties.set("descr", block.description)
        words = self.counts.chart() + block.caption
        properties.set("name", words)
        self._caption(words, below=True)

    def _signatures(self, block: Signatures) -> None:
        self._gap()
        table = self.word.add_table(rows=2, cols=max(len(block.lines), 1))
        table.autofit = False
        for place, (role, said) in enumerate(signed(block, self.lang)):
            width = Mm(WIDTH / len(block.lines))
            above, below = table.cell(0, place), table.cell(1, place)
            above.width = below.width = width
            self._cell(above, (role,), False, False)
            self._cell(below, (said,), False, False)
            below.paragraphs[0].paragraph_format.space_before = Pt(30)
            for cell in (above, below):
                cell.paragraphs[0].paragraph_format.keep_with_next = True
            _border(below.paragraphs[0], "top")
        for words, before in ((block.seal, 34), (block.day, 2)):
            paragraph = self.word.add_paragraph()
            paragraph.alignment = ALIGN.RIGHT
            paragraph.paragraph_format.space_before = Pt(before)
            paragraph.paragraph_format.right_indent = Mm(8)
            paragraph.paragraph_format.keep_with_next = words == block.seal
            self._runs(paragraph, (words,))

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


def _dotted(run: Any, provisional: bool) -> None:
    """A number is a door: dotted when final, dashed while provisional."""
    line = OxmlElement("w:u")
    line.set(qn("w:val"), "dash" if provisional else "dotted")
    line.set(qn("w:color"), "8A9691")
    properties = run._r.get_or_add_rPr()
    properties.append(line)


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


def _table_rules(table: Any) -> None:
    """Three lines and hairlines; no verticals."""
    borders = OxmlElement("w:tblBorders")
    for side, size, colour in (("top", 12, "000000"), ("bottom", 12, "000000"),
                               ("insideH", 2, "B5BFBB")):  # fmt: skip
        borders.append(_rule(side, size, colour))
    table._tbl.tblPr.append(borders)


def _row_rules(row: Any, head: bool, last: bool) -> None:
    """A row never splits; the head repeats on each page and has a line below it."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if not head:
        return
    properties.append(OxmlElement("w:tblHeader"))
    for cell in row.cells:
        borders = OxmlElement("w:tcBorders")
        borders.append(_rule("bottom", 6, "000000"))
        cell._tc.get_or_add_tcPr().append(borders)
