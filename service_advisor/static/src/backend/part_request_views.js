import { registry } from "@web/core/registry";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";
import { useLiveScreen } from "./live_screen";

const CHANNEL = "service_advisor.part_requests";

/** What the workshop asks for appears at the warehouse, and what is answered in the workshop. */
const withLiveRequests = (Controller) =>
    class extends Controller {
        setup() {
            super.setup();
            useLiveScreen(this, CHANNEL);
        }
    };

registry.category("views").add("service_part_request_list", {
    ...listView,
    Controller: withLiveRequests(ListController),
});
registry.category("views").add("service_part_request_kanban", {
    ...kanbanView,
    Controller: withLiveRequests(KanbanController),
});
