from lxml import etree
from odoo import Command
from odoo.tests import tagged

from .common import ServiceAdvisorCommon


@tagged("post_install", "-at_install")
class TestOrderSize(ServiceAdvisorCommon):
    """What a screen asks the server for, counted in queries."""

    def _specification(self, model, arch):
        """Return what the web client reads for a view: its fields, with those of its lists."""
        fields = self.env[model].fields_get(attributes=["type", "relation"])
        found = {}
        for node in arch.xpath(".//field[not(ancestor::field)]"):
            name = node.get("name")
            if fields[name]["type"] in ("one2many", "many2many"):
                inner = node.find("list")
                inner = {"display_name": {}} if inner is None else self._specification(
                    fields[name]["relation"], inner
                )
                found[name] = {"fields": inner, "limit": 80}
            elif fields[name]["type"] == "many2one":
                found[name] = {"fields": {"display_name": {}}}
            else:
                found[name] = {}
        return found

    def _view(self, view_type, xmlid, user):
        Order = self.env["service.order"].with_user(user)
        view = Order.get_view(self.env.ref(f"service_advisor.{xmlid}").id, view_type)
        return self._specification("service.order", etree.fromstring(view["arch"]))

    def _count(self, read):
        self.env.flush_all()
        self.env.invalidate_all()
        read()  # what Odoo reads once and keeps
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        read()
        return self.env.cr.sql_log_count - before

    def _order_of(self, jobs, parts):
        """Return a quoted order of ``jobs`` jobs with ``parts`` parts beside their labour."""
        products = [self._new_part(f"Part {index}", 10.0) for index in range(parts)]
        self.operation.part_ids = [Command.clear()] + [
            Command.create({"product_id": product.id}) for product in products
        ]
        order = self._new_order(jobs=jobs)
        order.action_check_in()
        order.action_quote()
        return order

    def test_large_order(self):
        """R1.4: an order of 30 jobs and 150 lines opens at the cost of a small one."""
        spec = self._view("form", "service_order_view_form", self.advisor)
        self.assertIn("job_ids", spec)
        small, large = self._order_of(2, 1), self._order_of(30, 4)
        lines = large.job_ids.line_ids.filtered(lambda line: not line.display_type)
        self.assertEqual((len(large.job_ids), len(lines)), (30, 150))
        costs = []
        for order in (small, large):
            order = order.with_user(self.advisor)
            costs.append(self._count(lambda order=order: order.web_read(spec)))
        self.assertEqual(costs[0], costs[1])
