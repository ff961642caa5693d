import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";
import { useLiveScreen } from "./live_screen";

/** How many are expected and how many wait, above the list. */
export class ServiceReceptionBanner extends Component {
    static template = "service_advisor.ReceptionBanner";
    static props = { counts: Object };
}

/** Keeps a reception screen true while nobody touches it, with its counts. */
function useLiveReception(controller) {
    const orm = useService("orm");
    const counts = useState({});
    const { unlessLeft } = useLiveScreen(controller, "service_advisor.reception");
    const loadCounts = () => unlessLeft(async () =>
        Object.assign(counts, await orm.call("service.order", "get_reception_counts", []))
    );
    return { counts, loadCounts };
}

/** Adds the live reception to the controller of a list or a kanban. */
const withLiveReception = (Controller) =>
    class extends Controller {
        static components = { ...Controller.components, ServiceReceptionBanner };

        setup() {
            super.setup();
            this.reception = useLiveReception(this);
        }

        get modelParams() {
            const params = super.modelParams;
            const loaded = params.hooks?.onRootLoaded;
            return {
                ...params,
                hooks: {
                    ...params.hooks,
                    onRootLoaded: async (root) => {
                        await loaded?.(root);
                        await this.reception?.loadCounts();
                    },
                },
            };
        }
    };

export class ServiceReceptionListController extends withLiveReception(ListController) {
    static template = "service_advisor.ReceptionListView";
}

export class ServiceReceptionKanbanController extends withLiveReception(KanbanController) {
    static template = "service_advisor.ReceptionKanbanView";
}

registry.category("views").add("service_reception_list", {
    ...listView,
    Controller: ServiceReceptionListController,
});
registry.category("views").add("service_reception_kanban", {
    ...kanbanView,
    Controller: ServiceReceptionKanbanController,
});
