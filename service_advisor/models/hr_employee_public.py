from odoo import fields, models


class HrEmployeePublic(models.Model):
    _inherit = "hr.employee.public"

    is_service_technician = fields.Boolean("Service Technician", readonly=True)
