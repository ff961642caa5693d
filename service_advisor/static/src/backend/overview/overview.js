import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** A customer at a glance, for whoever picks up the phone. */
export class ServiceOverview extends Component {
    static template = "service_advisor.Overview";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({ seen: null });
        useRecordObserver(async (record) => {
            if (record.resId && record.resId !== this.readId) {
                this.readId = record.resId;
                this.state.seen = await this.keepLast.add(
                    this.orm.call("res.partner", "read_service_overview", [[record.resId]])
                );
            }
        });
    }

    openRecord(res_model, res_id) {
        return this.action.doAction({
            type: "ir.actions.act_window", res_model, res_id, views: [[false, "form"]],
        });
    }

    async newOrder(carId) {
        const action = await this.orm.call("service.vehicle", "action_new_order", [[carId]]);
        return this.action.doAction({ ...action, views: [[false, "form"]] });
    }
}

registry.category("view_widgets").add("service_overview", { component: ServiceOverview });
