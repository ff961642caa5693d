import json
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date, format_datetime

SUBJECTS = [
    ("price", "Approved Prices"),
    ("promise", "Promises"),
    ("vehicle", "VIN and Plate"),
    ("owner", "Owners"),
    ("odometer", "Odometer Corrections"),
    ("contact", "Customers' Contacts"),
    ("consent", "Consents"),
    ("settings", "Settings"),
    ("rights", "Access Rights"),
]


class ServiceAudit(models.Model):
    """A sensitive change: what was before, what is now, who changed it, when and why.

    Rows are written by the system (see ``service.audit.mixin``); nobody writes or deletes one,
    whatever rights somebody has. Records are kept by their id and shown by the name they have
    now, so a customer who was erased is erased here as well.
    """

    _name = "service.audit"
    _description = "Sensitive Change"
    _order = "id desc"
    _rec_name = "field_label"
    _rec_names_search = ["reason"]

    subject = fields.Selection(SUBJECTS, "About", required=True, index=True)
    res_model = fields.Char("Model", required=True)
    res_id = fields.Many2oneReference("Record No.", model_field="res_model", required=True)
    res_name = fields.Char("Record", compute="_compute_res_name")
    field_name = fields.Char("Field", required=True)
    field_label = fields.Char("What", compute="_compute_field_label")
    before_value = fields.Text(help="As JSON.")
    after_value = fields.Text(help="As JSON.")
    before = fields.Char(compute="_compute_values")
    after = fields.Char(compute="_compute_values")
    reason = fields.Char("Why")
    at = fields.Datetime("Changed On", required=True, index=True)
    user_id = fields.Many2one("res.users", "Changed By", ondelete="set null")
    company_id = fields.Many2one("res.company", index="btree_not_null")
    vehicle_id = fields.Many2one("service.vehicle", index="btree_not_null")
    partner_id = fields.Many2one("res.partner", "Customer", index="btree_not_null")
    order_id = fields.Many2one("service.order", "Service Order", index="btree_not_null")

    _record_idx = models.Index("(res_model, res_id)")

    # ---- shown ----------------------------------------------------------------------------

    @api.depends("res_model", "res_id")
    def _compute_res_name(self):
        names = self._get_names({(row.res_model, row.res_id) for row in self})
        for row in self:
            row.res_name = names[row.res_model, row.res_id]

    @api.depends_context("lang")
    @api.depends("res_model", "field_name")
    def _compute_field_label(self):
        for row in self:
            field = row._get_field()
            row.field_label = field and row.env["ir.model.fields"]._get(
                row.res_model, row.field_name
            ).field_description or row.field_name

    @api.depends_context("lang", "tz")
    @api.depends("res_model", "field_name", "before_value", "after_value")
    def _compute_values(self):
        names = self._get_names(
            {
                (row._get_field().comodel_name, record_id)
                for row in self
                if row._get_field() and row._get_field().relational
                for value in (row.before_value, row.after_value)
                for record_id in row._get_ids(value)
            }
        )
        for row in self:
            row.before = row._describe(row.before_value, names)
            row.after = row._describe(row.after_value, names)

    def _get_field(self):
        """Return the field that changed, or None where there is no such field any more."""
        model = self.env.registry.get(self.res_model)
        return model and model._fields.get(self.field_name)

    @api.model
    def _get_ids(self, value):
        loaded = json.loads(value or "null") or []
        return loaded if isinstance(loaded, list) else [loaded]

    @api.model
    def _get_names(self, references):
        """Return ``{(model, id): name as it is now}``; whoever may read the changes may read
        what they are about."""
        by_model = defaultdict(set)
        for model, record_id in references:
            by_model[model].add(record_id)
        names = dict.fromkeys(references, self.env._("Deleted"))
        for model, ids in by_model.items():
            if model in self.env:
                # Managers look at changes of groups and settings that they may not open.
                # loop: one question per model
                for record in self.env[model].sudo().browse(ids).exists():
                    names[model, record.id] = record.display_name
        return names

    def _describe(self, value, names):
        """Return a kept value in the reader's words."""
        field, value = self._get_field(), json.loads(value or "null")
        if field is None:
            return str(value or "")
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if value in (None, False, []):
            return ""
        if field.relational:
            ids = value if isinstance(value, list) else [value]
            return ", ".join(names[field.comodel_name, record_id] for record_id in ids)
        if field.type == "selection":
            labels = dict(self.env[self.res_model]._fields[self.field_name]
                          ._description_selection(self.env))
            return labels.get(value, value)
        if field.type == "datetime":
            moment = fields.Datetime.to_datetime(value)
            return format_datetime(self.env, moment, dt_format="short")
        if field.type == "date":
            return format_date(self.env, value)
        return f"{value:g}" if isinstance(value, float) else str(value)

    @api.model
    def _view(self, field, ids):
        """Return the action that shows the changes whose ``field`` is one of ``ids``."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor.service_audit_action"
        )
        return dict(action, domain=[(field, "in", ids)])

    # ---- written --------------------------------------------------------------------------

    @api.model
    def _log(self, vals_list):
        """Keep changes: a list of values without who and when, which are those of now."""
        if not vals_list:
            return self.browse()
        now = fields.Datetime.now()
        common = {"user_id": self.env.uid, "at": now}
        # Whoever may make the change may not write what is kept about it.
        return self.sudo().create([vals | common for vals in vals_list])

    def write(self, vals):
        # Rights on it has nobody; all the system does is to take out who was erased.
        if not (self.env.su and self.env.context.get("service_audit_mask")):
            raise AccessError(
                self.env._("What is kept about sensitive changes can not be changed by anybody.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(
            self.env._("What is kept about sensitive changes can not be deleted by anybody.")
        )

    def _mask(self, mark):
        """Put ``mark`` in place of what these changes say of a person who is erased."""
        # The one write that there is: the change stays, the person's data goes.
        for row in self.sudo().with_context(service_audit_mask=True):
            masked = {
                name: json.dumps(mark)
                for name in ("before_value", "after_value")
                if isinstance(json.loads(row[name] or "null"), str)
            }
            # loop: what is masked differs from row to row, and rows of one person are few
            row.write(masked | {"reason": False})
