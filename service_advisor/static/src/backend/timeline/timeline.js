import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const PAGE = 40;
// To search in the words, all of them have to be here.
const ALL = 1000;

/** Everything that ever happened to a car, the newest first. Read when the tab is looked at. */
export class ServiceTimeline extends Component {
    static template = "service_advisor.Timeline";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({
            rows: [], kinds: [], next: false, isWhole: false, chosen: [], text: "", isBusy: true,
        });
        this.onType = useDebounced((event) => this.search(event.target.value), 250);
        useRecordObserver(async (record) => {
            // What a dialog or a step has changed on the car shows at once.
            const { odometer, owner_id, plate } = record.data;
            const seen = JSON.stringify([record.resId, odometer, owner_id && owner_id.id, plate]);
            if (seen !== this.seen) {
                this.seen = seen;
                await this.load();
            }
        });
    }

    get vehicleId() {
        return this.props.record.resId;
    }

    /** Only what the reader chose; kinds that never happened are not offered. */
    get offered() {
        const { kinds, rows, isWhole, chosen } = this.state;
        if (!isWhole) {
            return kinds;
        }
        return kinds.filter(
            ([kind]) => chosen.includes(kind) || rows.some((row) => row.kind === kind)
        );
    }

    get icons() {
        return Object.fromEntries(this.state.kinds.map(([kind, label, icon]) => [kind, icon]));
    }

    get labels() {
        return Object.fromEntries(this.state.kinds.map(([kind, label]) => [kind, label]));
    }

    get years() {
        const { chosen, text } = this.state;
        const words = text.toLowerCase().split(/\s+/).filter(Boolean);
        const years = [];
        for (const row of this.state.rows) {
            const isChosen = !chosen.length || chosen.includes(row.kind);
            if (!isChosen || !words.every((word) => this.textOf(row).includes(word))) {
                continue;
            }
            if (years.at(-1)?.year !== row.year) {
                years.push({ year: row.year, rows: [] });
            }
            years.at(-1).rows.push(row);
        }
        return years;
    }

    textOf(row) {
        const lines = row.lines.map(([name, text]) => `${name} ${text}`);
        return [row.title, row.note, row.by, row.badge, row.day, row.km, this.labels[row.kind],
            ...lines].join(" ").toLowerCase();
    }

    async load({ limit = PAGE, before = false } = {}) {
        const { chosen } = this.state;
        if (!this.vehicleId) {
            return;
        }
        this.state.isBusy = true;
        const page = await this.keepLast.add(
            this.orm.call("service.vehicle", "read_timeline", [[this.vehicleId]], {
                limit, before, kinds: chosen,
            })
        );
        const rows = before ? [...this.state.rows, ...page.rows] : page.rows;
        Object.assign(this.state, {
            rows, kinds: page.kinds, next: page.next, isBusy: false,
            isWhole: !chosen.length && !page.next,
        });
    }

    showEarlier() {
        return this.load({ before: this.state.next });
    }

    toggle(kind) {
        const { chosen, isWhole } = this.state;
        this.state.chosen = chosen.includes(kind)
            ? chosen.filter((other) => other !== kind)
            : [...chosen, kind];
        return isWhole ? undefined : this.load();
    }

    showAll() {
        this.state.chosen = [];
        return this.state.isWhole ? undefined : this.load();
    }

    async search(text) {
        this.state.text = text;
        if (text.trim() && this.state.next) {
            await this.load({ limit: ALL });
        }
    }

    open(row) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: row.res_model,
            res_id: row.res_id,
            views: [[false, "form"]],
        });
    }

    print() {
        return this.action.doAction("service_advisor.service_vehicle_report_history", {
            additionalContext: { active_ids: [this.vehicleId] },
        });
    }
}

registry.category("view_widgets").add("service_timeline", {
    component: ServiceTimeline,
    fieldDependencies: [
        { name: "odometer", type: "integer" },
        { name: "plate", type: "char" },
    ],
});
