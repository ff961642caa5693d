/** K6: the manager opens the records behind a figure and closes the month. */
import { registry } from "@web/core/registry";

const row = (text) => `.o_field_widget[name='figure_ids'] .o_data_row:contains('${text}')`;

registry.category("web_tour.tours").add("service_advisor_reports_kpi", {
    steps: () => [
        {
            content: "open the scorecard",
            trigger: ".o_data_row:contains('Advisor'):contains('Mar 2024') td[name='subject']",
            run: "click",
        },
        {
            content: "no survey, no figure",
            trigger: `${row("Satisfaction")}:contains('No data')`,
        },
        {
            content: "one of two orders was on time: open both",
            trigger: `${row("On Time")}:contains('50.0 %') ` +
                "[name='denominator_text'] .o_service_open",
            run: "click",
        },
        {
            content: "both orders and no others",
            trigger: ".o_list_view:has(.o_data_row:nth-child(2))" +
                ":not(:has(.o_data_row:nth-child(3)))",
        },
        {
            content: "back to the scorecard",
            trigger: ".breadcrumb-item a:contains('Mar 2024'), .o_back_button",
            run: "click",
        },
        {
            content: "close the month",
            trigger: "button[name='action_close']",
            run: "click",
        },
        {
            content: "sure",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "it is closed",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Closed')",
        },
    ],
});
