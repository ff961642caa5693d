import { registry } from "@web/core/registry";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { useLiveScreen } from "./live_screen";

const CHANNEL = "service_advisor.jobs";

/** Jobs on a technician's phone: what others put on hold or let go on appears. */
class ServiceJobsController extends KanbanController {
    setup() {
        super.setup();
        useLiveScreen(this, CHANNEL);
    }
}

registry.category("views").add("service_jobs", {
    ...kanbanView,
    Controller: ServiceJobsController,
});
