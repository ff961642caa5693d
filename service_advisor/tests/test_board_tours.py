from datetime import timedelta

from odoo.tests import tagged

from .test_board import BoardCommon
from .test_tours import ToursCommon


@tagged("post_install", "-at_install")
class TestBoardTours(ToursCommon, BoardCommon):
    def test_controller_plans_a_day(self):
        """R2.1: a job is dragged from the side to a technician, to another one and time, is
        refused where the technician is held already, and stays where it was."""
        tomorrow = self._now().replace(hour=0, minute=0, second=0) + timedelta(days=1)
        blocker, job = self._jobs_to_plan(concern="Blocker"), self._jobs_to_plan()
        blocker.operation_id = False
        blocker._book([(self.wang, tomorrow.replace(hour=10), tomorrow.replace(hour=12))])
        self._tour("service_advisor_board", self.advisor, "/odoo/workshop-board")
        held = {each.resource_id: (each.start_at, each.stop_at) for each in job.booking_ids}
        afternoon = (tomorrow.replace(hour=13), tomorrow.replace(hour=15))
        self.assertEqual(held, {self.li: afternoon, self.bay.resource_id: afternoon})
