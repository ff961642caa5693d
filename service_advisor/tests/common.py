from odoo import Command, fields
from odoo.addons.base.tests.common import BaseCommon

# A 1x1 PNG stands for a drawn signature.
SIGNATURE = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    b"rkJggg=="
)


class ServiceAdvisorCommon(BaseCommon):
    """A small shop: one person per role, an operation with labour and two parts on the shelf."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.service_discount_limit = 100  # none; discounts have their own test
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls._make_people()
        cls._make_catalogue()
        cls._make_cars()

    @classmethod
    def _make_people(cls):
        seat, seller = "service_advisor.group_seat", "sales_team.group_sale_salesman_all_leads"
        people = {
            "reception": ("service_advisor.group_reception",),
            "advisor": ("service_advisor.group_advisor",),
            "technician": ("service_advisor.group_technician",),
            "manager": ("service_advisor.group_manager",),
            "storekeeper": ("stock.group_stock_user", seat),
            "accountant": ("account.group_account_invoice", seat),
            "salesperson": (seller,),
        }
        # all at once: what Odoo keeps about users is thrown away with every creation
        users = (
            cls.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                [
                    {
                        "name": login.title(),
                        "login": f"test_{login}",
                        "email": f"{login}@shop.example",
                        "group_ids": [Command.set([cls.env.ref(name).id for name in groups])],
                    }
                    for login, groups in people.items()
                ]
            )
        )
        for login, user in zip(people, users, strict=True):
            setattr(cls, login, user)
        cls.employee = cls.env["hr.employee"].create(
            {"name": "Technician", "user_id": cls.technician.id, "company_id": cls.company.id}
        )

    @classmethod
    def _make_catalogue(cls):
        cls.tax = cls.env["account.tax"].create(
            {"name": "VAT 10%", "amount": 10.0, "type_tax_use": "sale"}
        )
        cls.labour = cls.env.ref("service_advisor.product_labour")
        cls.labour.write({"list_price": 100.0, "taxes_id": [Command.set(cls.tax.ids)]})
        cls.pads = cls._new_part("Brake pads", 80.0)
        cls.fluid = cls._new_part("Brake fluid", 20.0)
        cls._put_on_shelf(cls.pads, 10)
        cls._put_on_shelf(cls.fluid, 10)
        cls.operation = cls.env["service.operation"].create(
            {
                "code": "BRK-F",
                "name": "Replace front brake pads",
                "allowed_hours": 1.5,
                "product_id": cls.labour.id,
                "part_ids": [
                    Command.create({"product_id": cls.pads.id, "quantity": 1}),
                    Command.create({"product_id": cls.fluid.id, "quantity": 2}),
                ],
            }
        )

    @classmethod
    def _new_part(cls, name, price):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "list_price": price,
                "standard_price": price / 2,
                "invoice_policy": "delivery",
                "taxes_id": [Command.set(cls.tax.ids)],
            }
        )

    @classmethod
    def _put_on_shelf(cls, product, quantity, warehouse=None):
        location = (warehouse or cls.warehouse).lot_stock_id
        cls.env["stock.quant"]._update_available_quantity(product, location, quantity)

    @classmethod
    def _make_cars(cls):
        cls.customer = cls.env["res.partner"].create({"name": "Li Customer"})
        cls.manufacturer = cls.env["res.partner"].create(
            {"name": "Carmaker", "is_company": True}
        )
        brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Testmobil"})
        cls.model = cls.env["fleet.vehicle.model"].create(
            {"name": "Saloon", "brand_id": brand.id}
        )
        cls.vehicle = cls.env["service.vehicle"].create(
            {
                "plate": "沪A12345",
                "vin": "LSVAL41Z882104202",
                "model_id": cls.model.id,
                "owner_id": cls.customer.id,
            }
        )

    # ---- steps ----------------------------------------------------------------------------

    def _new_order(self, jobs=1, user=None, **job_vals):
        """Return an order of the advisor with ``jobs`` jobs of the brake operation."""
        vals = {"concern": "Squeals when braking", "operation_id": self.operation.id} | job_vals
        return (
            self.env["service.order"]
            .with_user(user or self.advisor)
            .create(
                {
                    "vehicle_id": self.vehicle.id,
                    "odometer_in": 50000,
                    "job_ids": [Command.create(dict(vals)) for _index in range(jobs)],
                }
            )
        )

    def _authorised_order(self, **kwargs):
        order = self._new_order(**kwargs)
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        return order

    def _work(self, order):
        for job in order.job_ids.with_user(self.technician):
            if job.state == "approved":
                job.action_start()
                self._finish_job(job)

    def _finish_job(self, job):
        """Write what was found and done, unless the test has, and finish: whoever ``job`` is
        worked on by."""
        if not job.correction:
            job.write({"cause": "Pads worn to 2 mm", "correction": "Pads replaced"})
        job.action_finish()

    def _ready(self, order):
        """Mark the car ready; where an installed addon holds finished jobs for a check of its
        own, the road to ready is that addon's to test."""
        if "qc" in order.job_ids.mapped("state"):
            self.skipTest("finished jobs are held for another addon's check")
        order.action_ready()

    def _issue_parts(self, order):
        pickings = order.sudo().picking_ids.with_user(self.storekeeper)
        pickings.move_ids.picked = True
        pickings.button_validate()

    def _invoice(self, order):
        """Invoice the order, and register that every payer has paid."""
        self._invoice_unpaid(order)
        self._pay(order.sudo().invoice_ids)

    def _invoice_unpaid(self, order):
        """Invoice the order; nobody pays yet."""
        order.with_user(self.accountant).action_create_invoices()
        self._post(order)

    def _post(self, order):
        drafts = order.sudo().invoice_ids.filtered(lambda move: move.state == "draft")
        drafts.with_user(self.accountant).action_post()

    def _pay(self, invoices, amount=None):
        """Register the payment of each of ``invoices``, in part where an ``amount`` is given."""
        unpaid = invoices.filtered(lambda move: move.state == "posted" and move.amount_residual)
        for invoice in unpaid:
            wizard = (
                self.env["account.payment.register"]
                .with_user(self.accountant)
                .with_context(active_model="account.move", active_ids=invoice.ids)
                # loop: one payment per invoice, as people pay
                .create({"amount": amount} if amount else {})
            )
            wizard.action_create_payments()
        self.env.invalidate_all()

    def _hand_over(self, order):
        self.env["service.handover.wizard"].with_user(self.advisor).create(
            {
                "order_id": order.id,
                "signature": SIGNATURE,
                "odometer_out": 50003,
                "old_parts": "customer",
            }
        ).action_confirm()

    def _now(self):
        return fields.Datetime.now()
