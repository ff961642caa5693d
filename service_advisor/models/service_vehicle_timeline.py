from datetime import datetime, time, timedelta

import pytz
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, format_time

from ..tools.timeline import Ownership, cut_page, is_former

# No page has more rows.
MOST_ROWS = 1000


class ServiceVehicle(models.Model):
    """Everything that ever happened to a car, on one line, the newest first.

    Each kind of event is one method ``_get_timeline_<kind>(limit, before)``, named in
    :meth:`_get_timeline_kinds`; it returns rows of :meth:`_prepare_timeline_row` that are older
    than ``before`` (a moment in UTC, or None), the newest first and ``limit`` at most, with
    everything it leaves out already left out of its search.
    """

    _inherit = "service.vehicle"

    @api.readonly
    def read_timeline(self, limit=40, before=None, kinds=None):
        """Return a page of the time line of this car as the screen shows it.

        :param limit: about how many rows, at most 1000.
        :param before: ``next`` of the page before, None for the newest.
        :param kinds: list of kinds to be shown, None or empty for all.
        :return: dict of ``rows`` (see :meth:`_prepare_timeline_row`; ``date`` is a text in UTC,
            ``day``, ``year`` and ``time`` are texts for the reader), ``next`` (False at the end)
            and ``kinds`` (list of ``[kind, label, icon]`` that the reader may see).
        :raises AccessError: for whoever may not read the car.
        """
        self.ensure_one()
        self.check_access("read")
        known = self._get_readable_kinds()
        limit = min(max(int(limit), 1), MOST_ROWS)
        rows, last = self._get_timeline_page(limit, self._parse_moment(before), kinds)
        return {
            "rows": [self._format_timeline_row(row) for row in rows],
            "next": last and fields.Datetime.to_string(last),
            "kinds": [[kind, label, icon] for kind, (label, icon, _model) in known.items()],
        }

    @api.model
    def _parse_moment(self, text):
        try:
            return fields.Datetime.to_datetime(text or None)
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._("\"%s\" is no moment to read the history from. Reload the car.", text)
            ) from error

    def _get_timeline(self, limit, before=None, kinds=None):
        """Return the newest rows of the time line of this car, see :meth:`_prepare_timeline_row`.

        :param limit: about how many; rows of one moment are never parted.
        :param before: only what is older than this moment in UTC.
        :param kinds: list of kinds, see :meth:`_get_timeline_kinds`; empty for all.
        """
        return self._get_timeline_page(limit, before, kinds)[0]

    def _get_timeline_page(self, limit, before=None, kinds=None):
        """Return ``(rows, last)``: rows as :meth:`_get_timeline`, and the moment before which the
        next page begins, None at the end. The number of queries does not depend on the rows."""
        self.ensure_one()
        known = self._get_readable_kinds()
        shown = [kind for kind in known if not kinds or kind in kinds]
        rows = None
        while rows is None:
            lists = [
                getattr(self, f"_get_timeline_{kind}")(limit + 1, before) for kind in shown
            ]
            rows, last = cut_page(lists, limit)
            limit *= 2
        return rows, last or False

    def _get_timeline_kinds(self):
        """Hook: return ``{kind: (label, icon, model)}`` in the order they are offered; who may
        not read the model does not see the kind."""
        return {
            "visit": (self.env._("Visits"), "fa-wrench", "service.order"),
            "earlier": (self.env._("Earlier Visits"), "fa-history", "service.history"),
            "booking": (self.env._("Appointments"), "fa-calendar", "service.order"),
            "deferred": (self.env._("Declined Work"), "fa-clock-o", "service.job"),
            "inspection": (self.env._("Inspections"), "fa-check-square-o", "service.inspection"),
            "review": (self.env._("Technical Reviews"), "fa-gavel", "service.technical.review"),
            "certificate": (self.env._("Certificates"), "fa-certificate", "service.certificate"),
            "recall": (self.env._("Recalls"), "fa-bullhorn", "service.recall"),
            "warranty": (self.env._("Warranties"), "fa-shield", "service.vehicle.warranty"),
            "part": (self.env._("Warranty Parts"), "fa-cube", "service.warranty.part"),
            "odometer": (self.env._("Odometer"), "fa-tachometer", "service.vehicle.odometer"),
            "plate": (self.env._("Plates"), "fa-id-card-o", "service.vehicle.plate"),
            "owner": (self.env._("Owners"), "fa-user-o", "service.vehicle.owner"),
        }

    def _get_readable_kinds(self):
        return {
            kind: (label, icon, model)
            for kind, (label, icon, model) in self._get_timeline_kinds().items()
            if self.env[model].has_access("read")
        }

    # ---- rows -----------------------------------------------------------------------------

    def _prepare_timeline_row(self, kind, date, title, record, **more):
        """Return one row of the time line: a dict of

        * ``kind``, ``date`` (moment in UTC), ``is_day`` (only the day of it counts);
        * ``title``, ``by`` (who of the house), ``note`` (free words);
        * ``lines``: list of ``(name, text, risk)``, what it consists of;
        * ``km``, ``amount`` (text with currency, False where the reader may not see it);
        * ``badge`` (its state in a word) and ``risk`` (False, success, info, warning, danger);
        * ``is_former``: of the time of a former owner, of whom nothing is told;
        * ``res_model`` and ``res_id``: what opens, False where it is not for this reader.

        :param record: what the row is about; of a former owner's, only service managers open it.
        :param more: those of the above that the kind has; ``customer``: the partner who was there,
            if any; ``is_of_car``: it is no customer's and belongs to no time; ``opens``: False
            where ``record`` has no page.
        """
        customer = more.pop("customer", self.env["res.partner"])
        former = not more.pop("is_of_car", False) and self._is_former_time(date, customer)
        opens = more.pop("opens", True) and bool(record)
        opens = opens and (not former or self._may_see_former())
        row = {
            "kind": kind, "date": date, "is_day": False, "title": title, "by": "", "note": "",
            "lines": [], "km": 0, "amount": False, "badge": "", "risk": False,
            "is_former": former,
            "res_model": record._name if opens else False,
            "res_id": record.id if opens else False,
        }
        return row | more

    def _format_timeline_row(self, row):
        if row["is_day"]:
            local, clock = self._get_local(row["date"]), ""
        else:
            local = fields.Datetime.context_timestamp(self, row["date"])
            clock = format_time(self.env, row["date"], time_format="short")
        return dict(
            row,
            date=fields.Datetime.to_string(row["date"]),
            day=format_date(self.env, local.date()),
            year=str(local.year),
            time=clock,
        )

    @api.model
    def _get_choice(self, record, name):
        """Return the label of the selection ``name`` of ``record``, "" without a value."""
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(record[name], "")

    # ---- former owners --------------------------------------------------------------------

    @api.model
    def _may_see_former(self):
        """Tell whether the reader may know who former owners were."""
        return self.env.user.has_group("service_advisor.group_manager")

    def _get_ownership(self):
        """Return the :class:`~..tools.timeline.Ownership` of this car; of companies, the whole
        company is the owner."""
        self.ensure_one()
        # Who it was is needed to hide them.
        periods = self.sudo().owner_ids
        former = periods.filtered("date_to")
        current = (periods - former)[:1]
        since = current.date_from or max(former.mapped("date_to"), default=None)
        owner = periods.env["service.vehicle"].browse(self.id).owner_id
        return Ownership(
            owner.commercial_partner_id.id or None,
            since if former else None,
            frozenset(former.partner_id.commercial_partner_id.ids),
        )

    def _is_former_time(self, date, customer):
        """Tell whether what happened at ``date`` with ``customer`` is a former owner's."""
        day = self._get_local(date).date()
        # Whoever it is, to hide it.
        whose = customer.sudo().commercial_partner_id.id or None
        return is_former(self._get_ownership(), whose, day)

    def _hides(self, date, customer):
        """Tell whether the words of ``customer`` at ``date`` are not for this reader."""
        return self._is_former_time(date, customer) and not self._may_see_former()

    def _get_own_time_domain(self, path, date):
        """Return the domain of what may be told of the customer at ``path`` and the moment in the
        field ``date``: nothing of a former owner, but to service managers."""
        ownership = self._get_ownership()
        if self._may_see_former() or not ownership.since:
            return Domain.TRUE
        family = f"{path}.commercial_partner_id"
        since = self._get_midnight(ownership.since)
        return Domain(family, "=", ownership.owner or 0) | (
            Domain(date, ">=", since) & Domain(family, "not in", list(ownership.former))
        )

    # ---- moments --------------------------------------------------------------------------

    def _get_zone(self):
        # Where the shop is, is no secret; its working hours may be.
        return pytz.timezone(self.sudo().company_id.resource_calendar_id.tz or "UTC")

    def _get_local(self, moment):
        """Return ``moment`` in the time of the workshop."""
        return pytz.utc.localize(moment).astimezone(self._get_zone())

    def _get_midnight(self, day):
        """Return the moment in UTC at which ``day`` begins in the workshop."""
        local = self._get_zone().localize(datetime.combine(day, time.min))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _search_timeline(self, model, domain, limit, before, date, fallback=None):
        """Return ``[(moment, record)]`` of what the reader may see, the newest first.

        :param date: name of the field that dates the records, a date or a datetime.
        :param fallback: name of the field that dates those that have no ``date``.
        """
        domain = Domain(domain)
        found = self._search_dated(model, domain & Domain(date, "!=", False), limit, before, date)
        if fallback:
            undated = domain & Domain(date, "=", False)
            found += self._search_dated(model, undated, limit, before, fallback)
            found.sort(key=lambda pair: pair[0], reverse=True)
        return found[:limit]

    def _search_dated(self, model, domain, limit, before, date):
        Model = self.env[model]
        is_day = Model._fields[date].type == "date"
        if before and is_day:
            earlier = self._get_local(before - timedelta(microseconds=1)).date()
            domain &= Domain(date, "<=", earlier)
        elif before:
            domain &= Domain(date, "<", before)
        records = Model.search(domain, order=f"{date} desc, id desc", limit=limit)
        return [
            (
                self._get_midnight(record[date]) if is_day
                else record[date].replace(microsecond=0),
                record,
            )
            for record in records
        ]
