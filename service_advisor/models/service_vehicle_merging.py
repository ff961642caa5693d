from itertools import pairwise

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_datetime, mute_logger
from psycopg2.errors import ForeignKeyViolation

from ..exceptions import BusyError
from ..tools.plate import normalise_plate
from .service_vehicle_search import LOOKED_UP, TRIGRAM

# Not chosen field by field: they say what the record is, or follow from another choice.
NOT_CHOSEN = {"active", "company_id", "merged_into_id", "brand_id", "vin_override_reason"}
CHOSEN_TYPES = {"char", "text", "integer", "float", "date", "datetime", "selection", "many2one",
                "boolean", "monetary"}  # fmt: skip
# Moved as well, but no news for anybody.
NOT_TOLD = {"ir.model.data", "mail.followers"}


class ServiceVehicle(models.Model):
    """Two records of one car become one."""

    _inherit = "service.vehicle"

    merged_into_id = fields.Many2one(
        "service.vehicle",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The record that has all of this car's history.",
    )
    merge_ids = fields.One2many("service.vehicle.merge", "vehicle_id", "Merged Records")
    _kept_fields = frozenset({"merged_into_id"})

    _merged_archived = models.Constraint(
        "CHECK(merged_into_id IS NULL OR NOT active)",
        "This vehicle was merged into another one, which has its history. Use that one.",
    )

    def action_open_merged_into(self):
        """Open the record that this one was merged into."""
        self.ensure_one()
        return self.merged_into_id._get_records_action()

    @api.model
    def _get_exact_domain(self, names):
        """Find a car by the VIN of a record that was merged into it as well."""
        texts = [name.split(" (")[0] for name in names if isinstance(name, str)]
        found = self.env["service.vehicle.merge"].search(
            [("vin", "in", [normalise_plate(text) for text in texts])], limit=LOOKED_UP
        )
        return super()._get_exact_domain(names) | Domain("id", "in", found.vehicle_id.ids)

    @api.model
    def _get_plates_sql(self, text, limit=LOOKED_UP):
        """A VIN of a merged record leads to a car as a former plate does."""
        plates, key = super()._get_plates_sql(text, limit), normalise_plate(text)
        if len(key) < TRIGRAM or not key.isascii():
            return plates
        self.env["service.vehicle.merge"].flush_model(["vehicle_id", "vin"])
        return SQL(
            """(%s) UNION ALL (
                SELECT vehicle_id, vin, create_date::date FROM service_vehicle_merge
                 WHERE vin LIKE %s LIMIT %s
            )""",
            plates,
            f"%{key}%",
            limit,
        )

    # ---- merging --------------------------------------------------------------------------

    def _merge_into(self, target, values=None):
        """Make ``target`` the only record of the car that ``self`` is as well.

        Whatever refers to ``self`` refers to ``target`` afterwards; ``self`` is archived and
        leads to it. All of it is one transaction.

        :param values: what ``target`` is to say where the two differ, ``{field: value}``.
        :return: the ``service.vehicle.merge`` that tells what was done.
        :raises AccessError: unless the user may delete vehicles: one record is gone afterwards.
        :raises BusyError: while somebody else is changing one of the two.
        :raises UserError: naming the cars, where they can not be merged.
        """
        self.ensure_one()
        cars = self | target
        cars.check_access("unlink")
        cars.check_access("write")
        cars._lock_for_merge()
        self._check_merge(target)
        vals = self._prepare_merge_vals(target, values or {})
        name, vins = self.display_name, {self.vin, target.vin}
        self._before_merge(target)
        self._keep({"active": False, "merged_into_id": target.id})
        self.flush_recordset()  # plate and VIN are free for the other one
        target.write(vals)
        self._merge_periods(target)
        moved = self._move_references(target)
        self._check_nothing_left()
        target._follow_merged_odometer()
        former = (vins - {target.vin, False}) or {self.vin}
        log = target._log_merge(self, name, former.pop(), moved)
        target._after_merge(self)
        return log

    def _lock_for_merge(self):
        """Let one of two people who merge one of these cars go first."""
        try:
            self.lock_for_update()
        except LockError as error:
            raise BusyError(
                self.env._(
                    "Somebody else is changing %(cars)s at this moment. Wait a moment and look "
                    "again.",
                    cars=", ".join(self.mapped("display_name")),
                )
            ) from error
        self.invalidate_recordset()

    def _check_merge(self, target):
        """Hook: refuse two cars that can not be merged, with the reason."""
        if self == target:
            raise UserError(self.env._("Choose two vehicles: these are the same record."))
        for car in self | target:
            if car.merged_into_id:
                raise UserError(car._describe_merged())
        if not target.active:
            raise UserError(
                self.env._(
                    "%(car)s is archived. Keep the other one, or unarchive it first.",
                    car=target.display_name,
                )
            )
        if self.company_id != target.company_id:
            raise UserError(
                self.env._(
                    "%(car)s belongs to %(company)s and %(other)s to %(other_company)s: each "
                    "company keeps its own record of a car.",
                    car=self.display_name,
                    company=self.company_id.name,
                    other=target.display_name,
                    other_company=target.company_id.name,
                )
            )

    def _describe_merged(self):
        log = self.env["service.vehicle.merge"].search([("merged_id", "=", self.id)], limit=1)
        return self.env._(
            "%(car)s was merged into %(kept)s by %(user)s on %(when)s. Nothing is left to do: "
            "open that one.",
            car=self.display_name,
            kept=self.merged_into_id.display_name,
            user=log.user_id.name or "",
            when=format_datetime(self.env, log.merged_at) if log else "",
        )

    def _prepare_merge_vals(self, target, values):
        """Hook: return what is written on ``target``: what was chosen, and what ``self`` knows
        and ``target`` does not.

        :raises UserError: for a field that is not chosen here.
        """
        names = self._get_merge_fields()
        unknown = values.keys() - set(names)
        if unknown:
            raise UserError(self.env._("These can not be chosen: %s", ", ".join(sorted(unknown))))
        vals = {}
        for name in names:
            field = self._fields[name]
            mine = field.convert_to_write(self[name], self)
            kept = field.convert_to_write(target[name], target)
            vals[name] = values[name] if name in values else kept or mine
        vals = {
            name: value
            for name, value in vals.items()
            if value != self._fields[name].convert_to_write(target[name], target)
        }
        if "vin" in vals and vals["vin"] == self.vin:
            vals["vin_override_reason"] = self.vin_override_reason
        if "model_id" in vals and vals["model_id"]:
            vals["brand_id"] = (
                self.env["fleet.vehicle.model"].browse(vals["model_id"]).brand_id.id
            )
        elif not target.brand_id and not target.model_id:
            vals["brand_id"] = self.brand_id.id
        return vals

    @api.model
    def _get_merge_fields(self):
        """Return the names of the fields that are chosen where two records differ: all that
        people enter."""
        return [
            name
            for name, field in self._fields.items()
            if field.store
            and not (field.readonly or field.related or field.inherited)
            and field.type in CHOSEN_TYPES
            and name not in NOT_CHOSEN
            and name not in self._get_kept_fields()
            and self._has_field_access(field, "write")
        ]

    def _before_merge(self, target):
        """Hook: called before anything of ``self`` becomes that of ``target``."""

    def _after_merge(self, merged):
        """Hook: called on the record that is left, once all of ``merged`` is its own."""

    def _move_references(self, target):
        """Let everything that refers to ``self`` refer to ``target``; return the counts."""
        # Whoever may merge two cars need not have a right to all that hangs on them.
        moved = self.env["service.reference.mover"].sudo()._move(self, target)
        return {
            model: count
            for model, count in moved.items()
            if model not in NOT_TOLD and not self.env[model]._transient
        }

    def _check_nothing_left(self):
        """Let the database itself look whether anything still refers to ``self``.

        It looks at what others have committed since this transaction began as well, which no
        query of this transaction would see: it does so when the key of a row changes, so the key
        changes, and back.

        :raises BusyError: where something does; when Odoo repeats the request, it comes along.
        """
        self.env.flush_all()
        try:
            with mute_logger("odoo.sql_db"):
                for old, new in ((self.id, -self.id), (-self.id, self.id)):
                    self.env.cr.execute(
                        SQL("UPDATE service_vehicle SET id = %s WHERE id = %s", new, old)
                    )
        except ForeignKeyViolation as error:
            raise BusyError(
                self.env._("Somebody else has just used one of these vehicles. Look again.")
            ) from error

    # ---- histories ------------------------------------------------------------------------

    def _merge_periods(self, target):
        """Make one history of owners and one of plates out of both cars'."""
        plates = self.env["service.vehicle.plate"]
        former = [self.plate] if self.plate and not self.plate_ids else []
        plates._settle(self | target, target, "plate", target.plate, former)
        self.env["service.vehicle.owner"]._settle(
            self | target, target, "partner_id", target.owner_id
        )

    def _follow_merged_odometer(self):
        """Make the latest reading that holds the odometer again, after readings came along."""
        readings = self.env["service.vehicle.odometer"].search(
            [("vehicle_id", "=", self.id), ("is_superseded", "=", False)],
            order="date desc, id desc",
            limit=1,
        )
        if readings and readings.value != self.odometer:
            self._keep({"odometer": readings.value})

    def _find_falling_reading(self):
        """Return the first reading, by day, that is lower than the one before it for no reason
        that anybody gave; with the one before it."""
        readings = self.odometer_ids.filtered(lambda reading: not reading.is_superseded)
        for before, after in pairwise(readings.sorted(lambda r: (r.date, r.id))):
            if after.value < before.value and not after.reason:
                return before, after
        return None

    # ---- log ------------------------------------------------------------------------------

    def _log_merge(self, merged, name, vin, moved):
        """Keep what was merged into ``self``, and tell it in the chatter.

        :param vin: the one of both that the car does not carry any more, by which it is found.
        """
        # The merge writes its own record; nobody types one.
        log = self.env["service.vehicle.merge"].sudo().create(
            {
                "vehicle_id": self.id,
                "merged_id": merged.id,
                "merged_name": name,
                "vin": vin,
                "user_id": self.env.uid,
                "moved": moved,
            }
        )
        lines = log._describe_moved()
        falling = self._find_falling_reading()
        if falling:
            before, after = falling
            lines.append(
                self.env._(
                    "Odometer: %(first)s km on %(first_day)s, then %(then)s km on %(then_day)s. "
                    "Look which reading is wrong and use \"Correct Odometer\".",
                    first=before.value,
                    first_day=fields.Date.to_string(before.date),
                    then=after.value,
                    then_day=fields.Date.to_string(after.date),
                )
            )
        items = Markup().join(Markup("<li>%s</li>") % line for line in lines)
        title = self.env._("%(merged)s was merged into this vehicle:", merged=name)
        self.message_post(body=Markup("%s<ul>%s</ul>") % (title, items))
        return log

    # ---- words ----------------------------------------------------------------------------

    def _get_merge_weight(self):
        """Return what the more complete of two records has more of; compared, not added."""
        known = sum(1 for name in self._get_merge_fields() if self[name])
        return (self.order_count, known, -(self._origin.id or 0))

    def _describe_for_merge(self):
        """Return in words how much hangs on the record."""
        return self and self.env._(
            "%(orders)s orders, %(readings)s odometer readings, entered %(day)s",
            orders=self.order_count,
            readings=len(self.odometer_ids),
            day=format_date(self.env, self.create_date),
        )

    def _describe_value(self, name):
        """Return the value of a field as it is read on screen; "" for none."""
        self.ensure_one()
        value, field = self[name], self._fields[name]
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if field.type == "many2one":
            return value.display_name or ""
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if field.type == "date" and value:
            return format_date(self.env, value)
        return str(value or "")
