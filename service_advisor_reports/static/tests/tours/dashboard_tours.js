/** R5.2: the manager reads the dashboard, looks behind a figure and comes back to it. */
import { registry } from "@web/core/registry";

const tile = (code) => `.o_service_tile[data-code='${code}']`;

registry.category("web_tour.tours").add("service_advisor_reports_dashboard", {
    steps: () => [
        {
            content: "two orders are ready, one of them in time",
            trigger: `${tile("on_time")} .o_service_tile_value:contains('50')`,
        },
        {
            content: "the light is said in words, beside its target",
            trigger: `${tile("on_time")}:contains('Off target'):contains('target 90')`,
        },
        {
            content: "no data is said in words",
            trigger: `${tile("csat")} .o_service_tile_none:contains('No data')`,
        },
        {
            content: "charts are drawn",
            trigger: ".o_service_chart_orders canvas",
        },
        {
            content: "their figures are there for whoever has no mouse",
            trigger: ".o_service_chart_orders .o_service_chart_toggle",
            run: "click",
        },
        {
            content: "each of them opens its orders",
            trigger: ".o_service_chart_orders .o_service_chart_table button:contains('2')",
        },
        {
            content: "what was before this month is looked at as well",
            trigger: ".o_service_dashboard_period",
            run: "select year",
        },
        {
            content: "figures of the advisor only",
            trigger: ".o_service_dashboard_page:not(.o_service_dashboard_stale) " +
                ".o_service_dashboard_subject:has(option:contains('Advisor'))",
            run: "selectByLabel Advisor",
        },
        {
            content: "the order that was late",
            trigger: ".o_service_dashboard_page:not(.o_service_dashboard_stale) " +
                `${tile("on_time")} .o_service_tile_rest:contains('1 missed')`,
            run: "click",
        },
        {
            content: "one record, the late one",
            trigger: ".o_list_view .o_data_row",
            run: () => {
                const count = document.querySelectorAll(".o_data_row").length;
                if (count !== 1) {
                    throw new Error(`${count} orders instead of the one that was late`);
                }
            },
        },
        {
            content: "back to the dashboard",
            trigger: ".o_control_panel .breadcrumb-item a:contains('Dashboard')",
            run: "click",
        },
        {
            content: "the filters are as they were",
            trigger: ".o_service_dashboard_subject:has(option:checked:contains('Advisor'))",
        },
        {
            content: "so is the period",
            trigger: ".o_service_dashboard_period:has(option:checked:contains('This year'))",
        },
    ],
});

/** R5.2: on a telephone the page is one column, and nothing is wider than the screen. */
registry.category("web_tour.tours").add("service_advisor_reports_dashboard_phone", {
    steps: () => [
        {
            content: "figures and charts are there",
            trigger: `${tile("on_time")} .o_service_tile_value`,
        },
        {
            content: "nothing has to be moved sideways",
            trigger: ".o_service_chart_orders canvas",
            run: () => {
                const page = document.querySelector(".o_service_dashboard_page");
                for (const element of [page, page.closest(".o_content"), document.body]) {
                    if (element.scrollWidth > element.clientWidth + 1) {
                        throw new Error(`${element.className} is wider than the screen`);
                    }
                }
            },
        },
        {
            content: "a tap opens the records",
            trigger: `${tile("orders_completed")} .o_service_tile_open`,
            run: "click",
        },
        {
            content: "as cards or rows",
            trigger: ".o_list_view, .o_kanban_view",
        },
    ],
});
