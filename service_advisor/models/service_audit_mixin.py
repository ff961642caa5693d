import json

from odoo import api, fields, models


class ServiceAuditMixin(models.AbstractModel):
    """Records with sensitive fields: a change of one leaves a ``service.audit`` row.

    Nothing is read or written unless a sensitive field of an existing record really changes.
    """

    _name = "service.audit.mixin"
    _description = "Sensitive Fields"

    # {field: subject, a key of service.audit}
    _audited_fields = {}
    # False where a model looks before other steps of writing, by itself.
    _audits_write = True

    @api.model
    def _get_audited_fields(self):
        """Return ``{field: subject}``: each addon names the fields that it adds itself."""
        found = {}
        for cls in reversed(type(self).__mro__):
            found.update(vars(cls).get("_audited_fields", {}))
        return found

    def write(self, vals):
        if not self._audits_write:
            return super().write(vals)
        before = self._read_audited(self._get_audited_fields().keys() & vals.keys())
        result = super().write(vals)
        self._audit(before)
        return result

    def _read_audited(self, names):
        """Return ``{record: {field: value}}`` of what is kept about a change of ``names``."""
        if not names:
            return {}
        # What is sensitive is not for everybody to read who may write it.
        return {
            record: {name: record._get_audit_value(name) for name in names}
            for record in self.sudo()
        }

    def _get_audit_value(self, name):
        """Return the value of a field as JSON knows it; records by their ids."""
        field, value = self._fields[name], self[name]
        if field.type == "many2one":
            return value.id
        if field.relational:
            return sorted(value.ids)
        if field.type in ("date", "datetime"):
            return fields.Datetime.to_string(value)
        return value

    def _audit(self, before):
        """Keep what has changed since :meth:`_read_audited`."""
        changed = {
            record: {
                name: (old, new)
                for name, old in values.items()
                if (new := record._get_audit_value(name)) != old and (new or old)
            }
            for record, values in before.items()
        }
        # As when it was read before.
        records = self.sudo().browse([record.id for record, values in changed.items() if values])
        if not records:
            return
        subjects = self._get_audited_fields()
        self.env["service.audit"]._log(
            [
                record._prepare_audit_vals(name, old, new) | {"subject": subjects[name]}
                for record in records._get_audited()
                for name, (old, new) in changed[record].items()
            ]
        )

    def _get_audited(self):
        """Hook: return those of these changed records that are worth keeping a change of."""
        return self

    def _prepare_audit_vals(self, name, old, new):
        """Hook: return the values of a row about ``name``: add what it hangs on."""
        self.ensure_one()
        company = self["company_id"].id if "company_id" in self._fields else False
        return {
            "res_model": self._name,
            "res_id": self.id,
            "field_name": name,
            "before_value": json.dumps(old),
            "after_value": json.dumps(new),
            "reason": self.env.context.get("service_audit_reason") or False,
            "company_id": company,
        }
