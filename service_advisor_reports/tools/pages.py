"""Numbers on the pages of a PDF, whichever engine made it: not each of them prints footers."""

import io

from odoo.tools.pdf import PdfFileReader, PdfFileWriter
from reportlab.pdfgen import canvas

# From the lower edge, in points.
HEIGHT = 22


def number_pages(content):
    """Return the PDF with "page / pages" at the foot of each page; what is no PDF as it is."""
    if not content.startswith(b"%PDF"):
        return content
    reader, writer = PdfFileReader(io.BytesIO(content), strict=False), PdfFileWriter()
    total = reader.getNumPages()
    for number in range(total):
        page = reader.getPage(number)
        width, stamp = float(page.mediaBox.getWidth()), io.BytesIO()
        drawing = canvas.Canvas(stamp, pagesize=(width, float(page.mediaBox.getHeight())))
        drawing.setFont("Helvetica", 8)
        drawing.setFillGray(0.4)
        drawing.drawCentredString(width / 2, HEIGHT, f"{number + 1} / {total}")
        drawing.save()
        page.mergePage(PdfFileReader(stamp).getPage(0))
        writer.addPage(page)
    found = io.BytesIO()
    writer.write(found)
    return found.getvalue()
