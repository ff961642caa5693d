import { Component, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, formatDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { ServiceChart } from "./chart";
import { ServiceChartTable } from "./chart_table";
import { ServiceTile } from "./tile";

/** The figures of the service department on one page, each with the records behind it. */
export class ServiceDashboard extends Component {
    static template = "service_advisor_reports.Dashboard";
    static components = {
        DateTimeInput, Layout, ServiceChart, ServiceChartTable, ServiceTile,
    };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({
            filters: this.props.state?.filters || this.readKept(),
            data: null,
            error: null,
            isRefused: false,
            isLoading: true,
            // The charts whose figures are shown as a table as well.
            opened: {},
        });
        useSetupAction({ getLocalState: () => ({ filters: { ...this.state.filters } }) });
        onWillStart(() => { this.load(); });
    }

    // ---- data -----------------------------------------------------------------------------

    /** What was chosen last in this tab, for this company. */
    get key() {
        return `service_dashboard_${user.userId}_${user.activeCompany?.id}`;
    }

    readKept() {
        try {
            return JSON.parse(browser.sessionStorage.getItem(this.key)) || {};
        } catch {
            return {};
        }
    }

    async load() {
        Object.assign(this.state, { isLoading: true, error: null });
        try {
            const data = await this.keepLast.add(this.orm.silent.call(
                "service.dashboard", "get_dashboard", [this.state.filters]
            ));
            Object.assign(this.state, { data, filters: data.filters, isLoading: false });
            browser.sessionStorage.setItem(this.key, JSON.stringify(data.filters));
        } catch (error) {
            const message = error.data?.message || error.message || "";
            // Whoever may not see it gains nothing by asking again.
            const isRefused = error.exceptionName === "odoo.exceptions.AccessError";
            Object.assign(this.state, { error: message, isRefused, isLoading: false });
        }
    }

    show(changes) {
        Object.assign(this.state.filters, changes);
        return this.load();
    }

    /** Start over: what was kept may be of a branch that is gone. */
    reset() {
        browser.sessionStorage.removeItem(this.key);
        this.state.filters = {};
        return this.load();
    }

    // ---- filters --------------------------------------------------------------------------

    get periods() {
        return [
            ["month", _t("This month")],
            ["last_month", _t("Last month")],
            ["quarter", _t("This quarter")],
            ["year", _t("This year")],
            ["custom", _t("Chosen days")],
        ];
    }

    get subjects() {
        const { choices } = this.state.data;
        const isMany = choices.branch.length > 1;
        return [
            ...(isMany ? [["branch", _t("Branches"), choices.branch]] : []),
            ["advisor", _t("Advisors"), choices.advisor],
        ];
    }

    get subject() {
        const { by, subject_id: id } = this.state.filters;
        return by === "company" ? "company" : `${by}-${id}`;
    }

    onSubject(ev) {
        const [by, id] = ev.target.value.split("-");
        return this.show({ by, subject_id: id ? Number(id) : false });
    }

    get days() {
        return { date_from: _t("First day"), date_to: _t("Last day") };
    }

    day(name) {
        return deserializeDate(this.state.filters[name]);
    }

    onDay(name, date) {
        if (!date) {
            return;
        }
        const days = { date_from: this.day("date_from"), date_to: this.day("date_to") };
        days[name] = date;
        // The other day follows: a period does not end before it begins.
        if (days.date_from > days.date_to) {
            days[name === "date_from" ? "date_to" : "date_from"] = date;
        }
        return this.show({
            date_from: serializeDate(days.date_from), date_to: serializeDate(days.date_to),
        });
    }

    span(from, to) {
        return `${formatDate(deserializeDate(from))} – ${formatDate(deserializeDate(to))}`;
    }

    // ---- records --------------------------------------------------------------------------

    openFigure(code, part) {
        const { date_from, date_to, by, subject_id } = this.state.filters;
        return this.openKpi(code, { date_from, date_to, by, subject_id }, part);
    }

    async openKpi(code, figure, part = "denominator") {
        const action = await this.orm.call(
            "service.dashboard", "open_figure", [code, figure, part]
        );
        return this.action.doAction(action);
    }

    openPoint(chart, seriesIndex, index) {
        const open = chart.series[seriesIndex].open[index];
        if (!open) {
            return;
        }
        if (open.kpi) {
            return this.openKpi(open.kpi, open);
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: `${chart.title}: ${chart.labels[index]}`,
            res_model: open.model,
            views: [[open.view_id || false, "list"], [false, "form"]],
            domain: open.domain,
            context: { create: false, active_test: false },
        });
    }

    figuresOf(chart) {
        return _t("%s: figures", chart.title);
    }

    toggle(chart) {
        this.state.opened[chart.key] = !this.state.opened[chart.key];
    }

    openOrders() {
        return this.action.doAction("service_advisor.service_order_action");
    }

    openScorecard() {
        return this.action.doAction("service_advisor_reports.service_kpi_scorecard_action_own");
    }

    openAlerts() {
        return this.action.doAction("service_advisor_reports.service_alert_action");
    }

    print() {
        window.print();
    }
}

registry.category("actions").add("service_dashboard", ServiceDashboard);
