from odoo import Command
from odoo.addons.stock_account.tests import common as stock_account_common

from .common import ServiceAdvisorCommon


class LedgerCommon(ServiceAdvisorCommon, stock_account_common.TestStockValuationCommon):
    """The small shop with a chart of accounts and stock that is valued in real time.

    Odoo 19 books perpetual stock when it is billed or invoiced: a transfer changes the value of
    the stock and writes no entry.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account_tax = cls.env["account.account"].create(
            {"name": "VAT", "code": "999001", "account_type": "liability_current"}
        )
        cls._book_on(cls.tax, cls.account_tax)
        cls.accounts = {
            cls.account_stock_valuation: "stock",
            cls.account_stock_variation: "variation",
            cls.account_expense: "cogs",
            cls.account_income: "income",
            cls.account_receivable: "receivable",
            cls.account_payable: "payable",
            cls.account_tax: "tax",
        }

    @classmethod
    def _book_on(cls, tax, account):
        lines = tax.invoice_repartition_line_ids | tax.refund_repartition_line_ids
        lines.filtered(lambda line: line.repartition_type == "tax").account_id = account

    @classmethod
    def _new_valued_part(cls, name, category, *receipts):
        """Return a part at a price of 100, received as ``receipts`` of (quantity, cost)."""
        part = cls._new_part(name, 100.0)
        part.write({"categ_id": category.id, "standard_price": 0.0})
        for quantity, cost in receipts:
            cls._receive(part, quantity, cost)
        return part

    @classmethod
    def _receive(cls, part, quantity, cost):
        move = cls.env["stock.move"].create(
            {
                "product_id": part.id,
                "location_id": cls.supplier_location.id,
                "location_dest_id": cls.stock_location.id,
                "product_uom": part.uom_id.id,
                "product_uom_qty": quantity,
                "picking_type_id": cls.picking_type_in.id,
                "value_manual": quantity * cost,
                "price_unit": cost,
            }
        )
        move._action_confirm()
        move.write({"quantity": quantity, "picked": True})
        move._action_done()

    @classmethod
    def _operation_of(cls, *parts):
        """Return an operation of one hour, 100, and ``parts`` of (product, quantity)."""
        return cls.env["service.operation"].create(
            {
                "code": f"OP-{parts[0][0].id}-{parts[0][1]}",
                "name": f"Fit {parts[0][0].name}",
                "allowed_hours": 1.0,
                "product_id": cls.labour.id,
                "part_ids": [
                    Command.create({"product_id": part.id, "quantity": quantity})
                    for part, quantity in parts
                ],
            }
        )

    # ---- steps ----------------------------------------------------------------------------

    def _ready(self, order):
        """The check of the work, where there is one, is not what is tested here."""
        held = order.filtered(lambda one: "qc" in one.job_ids.mapped("state"))
        (order - held).action_ready()
        held._check_parts_approved()
        held._keep({"ready_at": self._now()})

    def _issue_part_of(self, order, quantity, keep_rest=True):
        """Let the warehouse issue only ``quantity`` of each part, and keep or cancel the rest."""
        pickings = order.sudo().picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        pickings.move_ids.write({"quantity": quantity, "picked": True})
        context = {"skip_backorder": True}
        if not keep_rest:
            context["picking_ids_not_to_backorder"] = pickings.ids
        pickings.with_user(self.storekeeper).with_context(**context).button_validate()

    def _issue_rest(self, order):
        pickings = order.sudo().picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        pickings.action_assign()
        pickings.move_ids.picked = True
        pickings.with_user(self.storekeeper).button_validate()

    def _give_back(self, order, part, quantity):
        """Let the warehouse take back ``quantity`` of ``part``."""
        picking = order.sudo().picking_ids.filtered(
            lambda p: p.state == "done"
            and p.picking_type_code == "outgoing"
            and part in p.move_ids.product_id
        )[:1]
        wizard = self.env["stock.return.picking"].with_user(self.storekeeper).create(
            {"picking_id": picking.id}
        )
        for line in wizard.product_return_moves:
            line.quantity = quantity if line.product_id == part else 0
        back = wizard._create_return()
        back.move_ids.picked = True
        back.button_validate()
        return back

    # ---- figures --------------------------------------------------------------------------

    def _balances(self):
        """Return ``{account: balance}`` of every account of the company that has one; with the
        names of :attr:`accounts`, so that a booking on another account shows up."""
        domain = [("company_id", "=", self.company.id), ("parent_state", "=", "posted")]
        found = {}
        for account, balance in self.env["account.move.line"]._read_group(
            domain, ["account_id"], ["balance:sum"]
        ):
            if not self.company.currency_id.is_zero(balance):
                found[self.accounts.get(account, account.display_name)] = round(balance, 2)
        return found

    def _moved(self, before):
        """Return by how much the balances have changed since they were ``before``."""
        now = self._balances()
        changes = {
            name: round(now.get(name, 0) - before.get(name, 0), 2)
            for name in now.keys() | before.keys()
        }
        return {name: change for name, change in changes.items() if change}

    def _value(self, part):
        part.invalidate_recordset()
        return part.total_value

    def _line(self, order, part):
        return order.sudo().job_ids.line_ids.filtered(lambda line: line.product_id == part)

    def _quantities(self, line):
        return (line.qty_delivered, line.qty_to_invoice, line.qty_invoiced)
