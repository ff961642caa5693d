from odoo import fields, models


class ServiceTool(models.Model):
    """A special tool, of which the workshop has one or a few."""

    _name = "service.tool"
    _description = "Special Tool"
    _inherit = ["service.resource.mixin"]
    _order = "name"

    kind_id = fields.Many2one("service.tool.kind", required=True, index=True)
    serial = fields.Char("Serial No.")
    calibration_due = fields.Date(
        help="Last day on which the tool may be used. Empty: it needs no calibration."
    )
    home_place = fields.Char(help="Where the tool is kept when nobody uses it.")

    def _is_calibrated(self, day):
        """Return whether the tool may be used on ``day``."""
        self.ensure_one()
        return not self.calibration_due or day <= self.calibration_due

    def _is_usable(self, day):
        return self._is_calibrated(day)
