from odoo import api, models


class ServiceBooking(models.Model):
    """What is booked, moved or freed appears on every open board."""

    _inherit = "service.booking"

    @api.model_create_multi
    def create(self, vals_list):
        bookings = super().create(vals_list)
        bookings.job_id._notify_board()
        return bookings

    def write(self, vals):
        jobs = self.job_id
        result = super().write(vals)
        (jobs | self.job_id)._notify_board()
        return result

    def unlink(self):
        jobs = self.job_id
        result = super().unlink()
        jobs._notify_board()
        return result
