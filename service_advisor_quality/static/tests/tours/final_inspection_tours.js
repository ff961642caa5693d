/** R3.1: the inspector's part of an order, at a desk and on a phone. */
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const QUEUE = "service_advisor_quality.service_order_menu_to_inspect";

function press(button) {
    return {
        content: button,
        trigger: `.o_statusbar_buttons button[name='${button}']:enabled`,
        run: "click",
    };
}

const CARD = "[name='line_ids'] .o_kanban_record:not(.o_kanban_ghost)";

/** Items are cards with big buttons, on every screen. */
function tapGreen(item) {
    const card = `${CARD}:contains('${item}')`;
    return [
        {
            content: `${item} is good`,
            trigger: `${card} button[name='action_green']:enabled`,
            run: "click",
        },
        { content: `${item} is marked`, trigger: `${card} [name='result']:contains('Green')` },
    ];
}

registry.category("web_tour.tours").add("service_advisor_quality_inspection", {
    steps: () => [
        ...stepUtils.goToAppSteps("service_advisor.service_advisor_menu_root", "open the app"),
        {
            content: "open the section of the menu",
            trigger:
                ".o_menu_sections [data-menu-xmlid='service_advisor_quality.service_quality_menu']",
            run: "click",
        },
        {
            content: "open the cars that wait",
            trigger: `.o-dropdown--menu [data-menu-xmlid='${QUEUE}']`,
            run: "click",
        },
        {
            content: "begin the final inspection",
            trigger: ".o_data_row:contains('沪A·12345') td[name='vehicle_id']",
            run: "click",
        },
        {
            content: "nothing is checked yet",
            trigger: ".o_form_view:contains('Final Inspection') .o_field_widget[name='line_ids']",
        },
        press("action_done"),
        {
            content: "an item nobody checked is no pass",
            trigger: ".modal:contains('Not checked yet')",
        },
        {
            content: "close the refusal",
            trigger: ".modal footer button.btn-primary",
            run: "click",
        },
        ...tapGreen("First item"),
        ...tapGreen("Second item"),
        press("action_done"),
        {
            content: "the inspection is done",
            trigger: ".o_statusbar_status button.o_arrow_button_current:contains('Done')",
        },
        { content: "and green", trigger: ".o_form_sheet > div [name='result']:contains('Green')" },
    ],
});

registry.category("web_tour.tours").add("service_advisor_quality_inspection_phone", {
    steps: () => [
        {
            content: "begin the final inspection",
            trigger: ".o_kanban_record:contains('沪A·12345')",
            run: "click",
        },
        {
            content: "the items fit the screen",
            trigger: `${CARD}:contains('Second item') button[name='action_green']`,
            run() {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error("the page is wider than the phone");
                }
            },
        },
        ...tapGreen("First item"),
        ...tapGreen("Second item"),
        ...stepUtils.statusbarButtonsSteps("Finish Inspection", "finish the inspection"),
        {
            content: "it is done",
            trigger: ".o_form_sheet > div [name='result']:contains('Green')",
        },
    ],
});
