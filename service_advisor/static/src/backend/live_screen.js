import { onWillDestroy, useExternalListener } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { useService } from "@web/core/utils/hooks";
import { debounce } from "@web/core/utils/timing";

// Waiting minutes are counted by the minute; half of one keeps them true.
const REFRESH_MS = 30000;

/**
 * Keeps a list or kanban true while nobody touches it: minutes count on, and what others do
 * appears.
 *
 * @param {Object} controller of the view
 * @param {string} channel on which the server tells that something has changed
 * @returns {{unlessLeft: Function}} runs a loader whose errors no longer matter once the screen
 *  was left
 */
export function useLiveScreen(controller, channel) {
    const bus = useService("bus_service");
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
    bus.subscribe(channel, soon);
    useExternalListener(document, "visibilitychange", soon);
    // Also of a screen that is left before it was ever shown, which is not unmounted.
    onWillDestroy(() => {
        left = true;
        browser.clearInterval(timer);
        soon.cancel();
        bus.unsubscribe(channel, soon);
    });
    return { unlessLeft };
}
