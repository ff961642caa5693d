"""Numbers on the pages of a PDF, whichever engine made it: not each of them prints footers."""

import io

from odoo.tools.pdf import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    PdfFileReader,
    PdfFileWriter,
)

# From the lower edge, and of the digits, in points.
HEIGHT, SIZE = 22, 8
# Of a digit or a sign of "1 / 2" in Helvetica, about, in parts of its size.
SIGN = 0.5
# The name of the font in the resources of a page.
FONT = "/ServicePageNumber"


def number_pages(content):
    """Return the PDF with "page / pages" at the foot of each page; what is no PDF as it is.

    What stands on a page is neither read nor written anew, so it stays as small as it was: the
    number is a stream of its own behind it.
    """
    if not content.startswith(b"%PDF"):
        return content
    reader, writer = PdfFileReader(io.BytesIO(content), strict=False), PdfFileWriter()
    total = reader.getNumPages()
    for number in range(total):
        writer.addPage(reader.getPage(number))
        _stamp(writer, writer.getPage(number), f"{number + 1} / {total}")
    found = io.BytesIO()
    writer.write(found)
    return found.getvalue()


def _stamp(writer, page, words):
    """Write ``words`` at the foot of a page of ``writer``."""
    width = float(page.mediaBox.getWidth())
    left = (width - SIGN * SIZE * len(words)) / 2
    stamp = f"Q BT {FONT} {SIZE} Tf 0.4 g {left:.1f} {HEIGHT} Td ({words}) Tj ET"
    drawn = page["/Contents"].getObject() if "/Contents" in page else ArrayObject()
    if not isinstance(drawn, ArrayObject):
        drawn = ArrayObject([page.raw_get("/Contents")])
    # What moved or scaled the page before does not move the number.
    streams = [_stream(writer, "q"), *drawn, _stream(writer, stamp)]
    page[NameObject("/Contents")] = ArrayObject(streams)
    _add_font(page)


def _stream(writer, words):
    stream = DecodedStreamObject()
    stream.setData(words.encode())
    return writer._addObject(stream)


def _add_font(page):
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    # Pages may share their resources: what is changed is a copy.
    resources = DictionaryObject(page["/Resources"].getObject())
    fonts = DictionaryObject(resources["/Font"].getObject() if "/Font" in resources else {})
    fonts[NameObject(FONT)] = font
    resources[NameObject("/Font")] = fonts
    page[NameObject("/Resources")] = resources
