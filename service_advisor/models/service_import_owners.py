from datetime import date

from odoo import models
from odoo.fields import Domain

from ..tools.import_columns import OWNER_TARGETS
from ..tools.import_plan import Customer, Customers, customer_keys


class ServiceImport(models.Model):
    """Who owns the car of a row: the customer with the number of the old system, else with the
    phone in E.164, else with the name and the same digits, e-mail or street.

    A car that has an owner keeps it. Of several rows of one car, the one without a visit says
    who owns it, else that of the latest visit.
    """

    _inherit = "service.import"

    def _sort_owners(self, lines, plan, memory):
        """Give each car without an owner the customer its rows name, see ``_sort_lines``."""
        chosen = {}
        for line in lines:
            named = line.values.get("owner_name") or line.values.get("owner_phone")
            if named and "owner_id" not in line.slot.filled:
                day = line.values.get("visit_date") or date.max
                best = chosen.get(line.slot)
                if not best or day > (best.values.get("visit_date") or date.max):
                    chosen[line.slot] = line
        customers = memory.setdefault("customers", Customers())
        numbers = self._get_numbers(chosen.values())
        keys = {
            slot: customer_keys(line.values, numbers.get(line.values.get("owner_phone")))
            for slot, line in chosen.items()
        }
        self._load_customers(customers, chosen.values(), keys.values())
        for slot, line in chosen.items():
            values = line.values
            name = values.get("owner_name") or values["owner_phone"]
            customer = customers.find(keys[slot], values.get("owner_ref"), name)
            if not customer:
                customer = Customer(0, values.get("owner_ref", ""), name)
                number = numbers.get(values.get("owner_phone"))
                customer.vals = self._prepare_customer_vals(values, name, number)
                customers.learn(customer, keys[slot])
                plan.customers.append(customer)
            line.adds |= slot.add({"owner_id": customer})

    def _get_numbers(self, lines):
        """Return ``{phone as typed: the same in E.164, or False}``."""
        country, Partner = self.company_id.country_id, self.env["res.partner"]
        typed = {line.values.get("owner_phone") for line in lines} - {None}
        numbers = {
            phone: Partner._phone_format(number=phone, country=country, force_format="E164")
            for phone in typed
        }
        # Without the library that knows numbers, they come back as they were typed.
        return {phone: number for phone, number in numbers.items() if str(number)[:1] == "+"}

    def _load_customers(self, customers, lines, keys):
        """Learn the known customers that these rows may mean."""
        wanted = {key for found in keys for key in found} - customers.by_key.keys()
        refs = [key[1] for key in wanted if key[0] == "ref"]
        phones = [key[1] for key in wanted if key[0] == "phone"]
        names = [line.values["owner_name"] for line in lines if line.values.get("owner_name")]
        by_name = names if any(key[0] == "name" for key in wanted) else []
        here = Domain("company_id", "in", (False, self.company_id.id))
        Partner, found = self.env["res.partner"], self.env["res.partner"]
        for name, values in (("ref", refs), ("phone_sanitized", phones), ("name", by_name)):
            if values:
                # loop: three ways to know a customer, each by an index of its own
                found |= Partner.search(Domain(name, "in", values) & here, order="id")
        for partner in found.sorted("id"):
            own = {
                "owner_ref": partner.ref or "",
                "owner_name": partner.name or "",
                "owner_phone": partner.phone or "",
                "owner_email": partner.email or "",
                "owner_street": partner.street or "",
            }
            own_keys = {*customer_keys(own, partner.phone_sanitized), *customer_keys(own, False)}
            customer = Customer(partner.id, own["owner_ref"], own["owner_name"])
            customers.learn(customer, own_keys & wanted)

    def _prepare_customer_vals(self, values, name, number):
        """Return the values of a new customer; like those of the desk, all companies see it.

        :param number: the phone in E.164, so that Odoo need not work it out once more.
        """
        phone = values.get("owner_phone")
        shown = phone and self.env["res.partner"]._phone_format(
            number=phone, country=self.company_id.country_id, force_format="INTERNATIONAL"
        )
        vals = {target.removeprefix("owner_"): values.get(target) for target in OWNER_TARGETS}
        if number:
            vals["phone_sanitized"] = number
        return vals | {"name": name, "phone": shown or phone}

    def _make_customers(self, plan):
        # As Odoo's own import does: new ones have neither parent nor children to agree with.
        Partner = self.env["res.partner"].with_context(_partners_skip_fields_sync=True)
        partners = Partner.create([customer.vals for customer in plan.customers])
        for customer, partner in zip(plan.customers, partners, strict=True):
            customer.id = partner.id
