from odoo import api, models
from odoo.exceptions import AccessError, LockError

from ..exceptions import BusyError


class ServiceKeptMixin(models.AbstractModel):
    """Fields that record what happened: actions write them, nobody writes them by hand.

    A field that is read-only on screen can still be written over RPC or by an import; an
    approval or a promise that could be typed in would prove nothing.
    """

    _name = "service.kept.mixin"
    _description = "Record of What Happened"

    _kept_fields = frozenset()

    @api.model
    def _get_kept_fields(self):
        """Return the names of all kept fields: each addon names those that it adds itself."""
        named = (vars(cls).get("_kept_fields", ()) for cls in type(self).__mro__)
        return frozenset().union(*named)

    @api.model_create_multi
    def create(self, vals_list):
        kept = self._get_kept_fields()
        # A default in the context of a request is typed in as well.
        typed = {f"default_{name}" for name in kept} & self.env.context.keys()
        context = {key: value for key, value in self.env.context.items() if key not in typed}
        self = self.with_env(self.env(context=context))
        defaults = self.default_get(list(kept)) if kept else {}
        for vals in vals_list:
            self._check_not_kept(
                name
                for name in kept & vals.keys()
                if vals[name] and vals[name] != defaults.get(name)
            )
        return super().create(vals_list)

    def write(self, vals):
        self._check_not_kept(self._get_kept_fields() & vals.keys())
        return super().write(vals)

    @api.model
    def _check_not_kept(self, names):
        names = sorted(names)
        if names and not self.env.su:
            labels = self.fields_get(names, ["string"])
            raise AccessError(
                self.env._(
                    "%(fields)s can not be entered by hand: the steps of the order write them. "
                    "Use the buttons of the order.",
                    # Names of fields that the user may not even read stay names.
                    fields=", ".join(
                        labels[name]["string"] if name in labels else name for name in names
                    ),
                )
            )

    def _lock(self):
        """Let one of two people who act on these records at once go first.

        :raises BusyError: for the other, whose request Odoo repeats.
        """
        self.check_access("write")
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise BusyError(
                self.env._(
                    "Somebody else is changing %(records)s at this moment. Reload it and look "
                    "again.",
                    records="; ".join(self.mapped("display_name")),
                )
            ) from error
        # What is known of them is from before they were ours to change.
        self.invalidate_recordset(self._get_kept_fields())

    def _keep(self, vals):
        """Write kept fields on behalf of an action of somebody who may write the record."""
        self.check_access("write")
        # The action has checked its step; by hand nobody may write these fields.
        return self.sudo().write(vals)
