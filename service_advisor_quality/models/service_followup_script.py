from odoo import fields, models

from .service_followup import KINDS


class ServiceFollowupScript(models.Model):
    """What the caller says, kind by kind, in words the shop may change."""

    _name = "service.followup.script"
    _description = "Call Script"
    _order = "id"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, required=True)
    text = fields.Text(
        required=True,
        translate=True,
        help="{customer}, {car}, {order}, {day}, {reason}, {caller} and {company} become what "
        "they stand for.",
    )

    _kind_uniq = models.UniqueIndex("(kind)", "This kind of call has its script already.")

    def _fill(self, values):
        """Return the script with ``values`` in it, ``{word in braces: text}``."""
        text = self.text or ""
        for word, value in values.items():
            text = text.replace(f"{{{word}}}", value or "…")
        return text
