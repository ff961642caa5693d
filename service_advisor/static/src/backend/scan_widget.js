import { Component, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Counts on a workshop issue what a hand scanner types, and says how far it is. */
class ServiceScan extends Component {
    static template = xml`<span class="o_service_scan fw-bold ms-auto"/>`;
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.queue = Promise.resolve();
        useBus(useService("barcode").bus, "barcode_scanned", (ev) => {
            // One after the other: a scanner is faster than a server.
            const scanned = this.queue.then(() => this.scan(ev.detail.barcode));
            // The next scan goes on after an error, which is shown all the same.
            this.queue = scanned.catch(() => {});
            return scanned;
        });
    }

    async scan(barcode) {
        const { record } = this.props;
        // What was typed before the scan counts too.
        if (!(await record.save())) {
            return;
        }
        const { type, message } = await this.orm.call("stock.picking", "action_scan_part", [
            [record.resId],
            barcode,
        ]);
        this.notification.add(message, { type });
        await record.load();
    }
}

registry.category("view_widgets").add("service_scan", { component: ServiceScan });
