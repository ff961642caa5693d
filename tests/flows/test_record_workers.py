import time
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api
from odoo.tests import tagged

from .meetings import MeetingsCommon

ACCEPTED = (200, '{"code": "1"}')


@tagged("post_install", "-at_install")
class TestRecordWorkers(MeetingsCommon):
    """Two workers go through the queue of health records at once."""

    @classmethod
    def _make_shop(cls, env):
        customer = cls._make(env, "res.partner", {"name": f"Customer {cls.mark}"})
        cls.company = env.company.id
        cls.vehicle = cls._make(
            env,
            "service.vehicle",
            {
                "plate": f"R {cls.mark}",
                "vin": f"WVWZZZ1KZ{cls.mark.upper()}",
                "owner_id": customer.id,
            },
        ).id

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            env["res.company"].browse(self.company).write(
                {"service_record_url": "https://authority.example/", "service_record_upload": True}
            )
            now = "2026-03-02 08:00:00"
            orders = env["service.order"].create(
                [
                    {
                        "vehicle_id": self.vehicle,
                        "odometer_in": 1000,
                        "job_ids": [Command.create({"concern": "Noise"})],
                    }
                    for _index in range(3)
                ]
            )
            orders.job_ids.state = "qc"  # done is the final inspection's to say
            orders.write({"checked_in_at": now, "ready_at": now, "delivered_at": now})
            env["service.record.upload"]._queue(orders)
            self.orders = orders.ids
        self.addCleanup(self._delete_orders)

    def _delete_orders(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            env["res.company"].browse(self.company).write(
                {"service_record_upload": False, "service_record_url": False}
            )
            orders = env["service.order"].browse(self.orders)
            orders.job_ids.state = "proposed"
            orders.write({"checked_in_at": False, "ready_at": False, "delivered_at": False})
            orders.unlink()

    def test_each_is_sent_once(self):
        """R2.6: two workers share the queue; no record is sent twice."""
        sent = []

        def call(upload):
            sent.append(upload.order_id.id)
            time.sleep(0.1)  # so that the other worker comes by meanwhile
            return ACCEPTED

        def work(env):
            env["service.record.upload"]._cron_upload()

        with patch.object(self.registry["service.record.upload"], "_call_service", call):
            self._meet("free", (SUPERUSER_ID, work), (SUPERUSER_ID, work))
        self.assertEqual(sorted(sent), self.orders)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            uploads = env["service.record.upload"].search([("order_id", "in", self.orders)])
            self.assertEqual(set(uploads.mapped("state")), {"accepted"})
            self.assertEqual(set(uploads.mapped("attempts")), {1})
