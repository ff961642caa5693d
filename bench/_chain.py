"""A chain of workshops for ``_million``: companies, people, catalogue and one of each record."""

from odoo import Command, fields

ADVISORS, TECHNICIANS, OPERATIONS, PARTS, MODELS = 50, 60, 40, 200, 30


class Chain:
    """The people and the catalogue, and one record of each kind that is copied."""

    def __init__(self, env):
        self.env = env(context=dict(env.context, tracking_disable=True, no_reset_password=True))
        self.companies = env.company + self._make_company()
        for company in self.companies:
            company.service_survey_send = False
        self.warehouses = [self._get_warehouses(company) for company in self.companies]
        self.advisors = self._make_people()
        self.parts = self._make_parts()
        self.operations = self._make_operations()
        self.models = self._make_models()
        self._make_templates()

    def _make_company(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        company = self.env["res.company"].create({"name": "Bench East", "currency_id": euro.id})
        company.resource_calendar_id.tz = "Europe/Berlin"
        self.env.user.company_ids |= company
        return company

    def _get_warehouses(self, company):
        Warehouse = self.env["stock.warehouse"].with_company(company)
        found = Warehouse.search([("company_id", "=", company.id)])
        wanted = 3 if company == self.env.company else 2
        return found + Warehouse.create(
            [{"name": f"{company.name} {n}", "code": f"B{n}{company.id}", "company_id": company.id}
             for n in range(len(found), wanted)])

    def _make_people(self):
        """Return advisors and, as a second list, technicians, by company."""
        group = self.env.ref("service_advisor.group_advisor").id
        advisors, technicians = [], []
        for company, part in zip(self.companies, (0.7, 0.3), strict=True):
            advisors.append(self.env["res.users"].create(
                [{"name": f"Advisor {company.id}-{n}", "login": f"bench_{company.id}_{n}",
                  "company_id": company.id, "company_ids": [Command.set(company.ids)],
                  "group_ids": [Command.set([group])]} for n in range(round(ADVISORS * part))]))
            technicians.append(self.env["hr.employee"].with_company(company).create(
                [{"name": f"Technician {company.id}-{n}", "company_id": company.id}
                 for n in range(round(TECHNICIANS * part))]))
        self.technicians = technicians
        return advisors

    def _make_parts(self):
        categories = self.env["product.category"].create(
            [{"name": f"Parts {n}"} for n in range(10)])
        return self.env["product.product"].create(
            [{"name": f"Part {n}", "type": "consu", "is_storable": True, "list_price": 20.0,
              "categ_id": categories[n % 10].id} for n in range(PARTS)])

    def _make_operations(self):
        return self.env["service.operation"].create(
            [{"code": f"OP{n:03}", "name": f"Operation {n}", "allowed_hours": 1.0}
             for n in range(OPERATIONS)])

    def _make_models(self):
        brands = self.env["fleet.vehicle.model.brand"].create(
            [{"name": f"Make {n}"} for n in range(5)])
        return self.env["fleet.vehicle.model"].create(
            [{"name": f"Model {n}", "brand_id": brands[n % 5].id} for n in range(MODELS)])

    def _make_templates(self):
        env = self.env
        self.partner = env["res.partner"].create(
            {"name": "Owner", "email": "owner@mail.example", "phone": "+86 21 5550 0000"})
        self.car = env["service.vehicle"].create(
            {"plate": "BENCH", "owner_id": self.partner.id, "model_id": self.models[0].id})
        self.order = env["service.order"].create(
            {"vehicle_id": self.car.id, "odometer_in": 10, "job_ids": [Command.create(
                {"concern": "Noise", "operation_id": self.operations[0].id})]})
        self.order.action_check_in()
        self.order.action_quote()
        self.job = self.order.job_ids
        self.estimate = self.order.estimate_ids
        self.labour = self.estimate.order_line.filtered("product_id")
        part = self.parts[0]
        self.part = env["sale.order.line"].create(
            {"order_id": self.estimate.id, "service_job_id": self.job.id, "product_id": part.id})
        self.clocking = env["service.clocking"].create(
            {"job_id": self.job.id, "employee_id": self.technicians[0][0].id,
             "stop_at": fields.Datetime.now()})
        self.final = env["service.inspection"].create(
            {"order_id": self.order.id, "kind": "final",
             "checklist_id": env["service.checklist"].search([], limit=1).id})
        self.item = env["service.inspection.line"].create(
            {"inspection_id": self.final.id, "section": "Road", "name": "Test drive"})
        self.complaint = env["service.complaint"].create(
            {"description": "Loud", "order_id": self.order.id})
        self.contact = env["service.complaint.contact"].create(
            {"complaint_id": self.complaint.id, "words": "Sorry"})
        self.survey = env["survey.user_input"].create(
            {"survey_id": env.ref("service_advisor_quality.survey_service").id,
             "invite_token": "bench", "service_order_id": self.order.id,
             "partner_id": self.partner.id})
        self.change = env["service.promise.change"].create(
            {"order_id": self.order.id, "kind": "workshop", "user_id": env.uid,
             "reason": "Part comes later", "old_promised_at": fields.Datetime.now(),
             "moved_at": fields.Datetime.now(), "new_promised_at": fields.Datetime.now()})
        self.request = env["service.part.request"].create(
            {"job_id": self.job.id, "description": "Clip", "state": "answered"})
        self.lost = env["service.lost.demand"].create(
            {"name": "Clip", "quantity": 1, "order_id": self.order.id, "job_id": self.job.id,
             "product_id": part.id})
        env.flush_all()
