import { Component, onWillDestroy, useExternalListener, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { debounce } from "@web/core/utils/timing";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

// Waiting minutes are counted by the minute; half of one keeps them true.
export const REFRESH_MS = 30000;

/** How many are expected and how many wait, above the list. */
export class ServiceReceptionBanner extends Component {
    static template = "service_advisor.ReceptionBanner";
    static props = { counts: Object };
}

/**
 * Keeps a reception screen true while nobody touches it: minutes count on, and arrivals that
 * others note appear.
 */
function useLiveReception(controller) {
    const orm = useService("orm");
    const bus = useService("bus_service");
    const counts = useState({});
    let left = false;
    // The screen may be left while it loads; what comes too late is for nobody.
    const unlessLeft = async (load) => {
        try {
            return await load();
        } catch (error) {
            if (!left) {
                throw error;
            }
        }
    };
    const loadCounts = () => unlessLeft(async () =>
        Object.assign(counts, await orm.call("service.order", "get_reception_counts", []))
    );
    const refresh = async () => {
        const { root } = controller.model;
        // Nothing is pulled away under the hands of somebody who edits or selects.
        const busy = root.editedRecord || root.selection?.length ||
            document.querySelector(".modal.show, .o_dialog");
        if (!document.hidden && !busy && !left) {
            await unlessLeft(() => controller.model.load());
        }
    };
    const soon = debounce(refresh, 500);
    const timer = browser.setInterval(refresh, REFRESH_MS);
    bus.subscribe("service_advisor.reception", soon);
    useExternalListener(document, "visibilitychange", soon);
    // Also of a screen that is left before it was ever shown, which is not unmounted.
    onWillDestroy(() => {
        left = true;
        browser.clearInterval(timer);
        soon.cancel();
        bus.unsubscribe("service_advisor.reception", soon);
    });
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
