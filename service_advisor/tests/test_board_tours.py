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

    def test_board_follows_others(self):
        """R2.1: what somebody else has moved moves on an open board once the message of it
        arrives, without a reload."""
        tomorrow = self._now().replace(hour=0, minute=0, second=0) + timedelta(days=1)
        job = self._jobs_to_plan(concern="Followed", operation_id=False)
        job._book([(self.wang, tomorrow.replace(hour=10), tomorrow.replace(hour=12))])
        self._tour("service_advisor_board_live", self.advisor)
        self.assertEqual(job.booking_ids.resource_id, self.li)

    def test_days_are_planned_again(self):
        """R2.1: the manager lets two days be planned anew, looks at what would move and books
        it; the car that would have been late is in time."""
        self.company.service_promise_buffer = 0
        self.li._get_people().is_service_technician = False
        tomorrow = self._now().replace(hour=0, minute=0, second=0) + timedelta(days=1)
        early, late = self._jobs_to_plan(concern="Early"), self._jobs_to_plan(concern="Late")
        for job, hour in ((early, 8), (late, 10)):
            start = tomorrow.replace(hour=hour)
            job._book([
                (each, start, start + timedelta(hours=2))
                for each in (self.wang, self.bay.resource_id)
            ])
        early.order_id._keep({"promised_at": tomorrow + timedelta(days=3)})
        late.order_id._keep({"promised_at": tomorrow.replace(hour=11)})
        today = "/odoo/action-service_advisor.service_order_action_today"
        self._tour("service_advisor_replan", self.manager, today)
        self.assertLessEqual(late.planned_stop_at, late.order_id.promised_at)
        self.assertLessEqual(early.planned_stop_at, early.order_id.promised_at)
