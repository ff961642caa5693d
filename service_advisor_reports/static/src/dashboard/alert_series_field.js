import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { deserializeDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { ServiceChart } from "./chart";

/** The evidence of an alert: cases week by week, beside what the past led to expect. */
export class ServiceAlertSeriesField extends Component {
    static template = "service_advisor_reports.AlertSeries";
    static components = { ServiceChart };
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get labels() {
        return this.value.weeks.map((week) =>
            deserializeDate(week).toLocaleString({ day: "numeric", month: "short" }));
    }

    get series() {
        const { events, expected, now } = this.value;
        const first = events.length - now;
        return [
            {
                label: _t("Cases"), kind: "bar", unit: "number", values: events, color: "#CE4257",
                colors: events.map((_count, index) => index < first ? "#A4A8B6" : "#CE4257"),
            },
            {
                label: _t("Expected from the weeks before"), kind: "line", unit: "number",
                values: expected, color: "#3188E6", isDashed: true,
            },
        ];
    }
}

registry.category("fields").add("service_alert_series", {
    component: ServiceAlertSeriesField,
    supportedTypes: ["json"],
});
