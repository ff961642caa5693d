/** R1.1 R1.2 R1.4 R1.6 R2.6: the advisor's part of an order, from reception to hand-over. */
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";
import { signForTheCar } from "./sign";

const SERVICE = "service_advisor.service_advisor_menu_root";

function openMenu(section, menu) {
    return [
        ...stepUtils.goToAppSteps(SERVICE, "open the app"),
        {
            content: "open the section of the menu",
            trigger: `.o_menu_sections [data-menu-xmlid='service_advisor.${section}']`,
            run: "click",
        },
        {
            content: "open the menu",
            trigger: `.o-dropdown--menu [data-menu-xmlid='service_advisor.${menu}']`,
            run: "click",
        },
    ];
}

function state(label) {
    return {
        content: `the order is: ${label}`,
        trigger: `.o_statusbar_status button.o_arrow_button_current:contains('${label}')`,
    };
}

function press(button, scope = ".o_statusbar_buttons") {
    return { content: button, trigger: `${scope} button[name='${button}']:enabled`, run: "click" };
}

function newOrder() {
    return [
        ...openMenu("service_advisor_menu_desk", "service_order_menu"),
        {
            content: "start a new order",
            trigger: ".o_control_panel .o-kanban-button-new",
            run: "click",
        },
    ];
}

function addConcern() {
    return [
        {
            content: "read the odometer",
            trigger: ".o_field_widget[name='odometer_in'] input",
            run: "edit 50000",
        },
        {
            content: "add a job",
            trigger: ".o_field_widget[name='job_ids'] .o_field_x2many_list_row_add button, " +
                ".o_field_widget[name='job_ids'] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "write down the concern",
            trigger: ".o_selected_row [name='concern'] input",
            run: "edit Squeals when braking",
        },
        {
            content: "look for the operation",
            trigger: ".o_selected_row [name='operation_id'] input",
            run: "edit front brake",
        },
        {
            content: "choose the operation",
            trigger: ".o-autocomplete--dropdown-item:contains('Replace front brake pads')",
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("service_advisor_reception", {
    steps: () => [
        ...newOrder(),
        {
            content: "type a part of the plate",
            trigger: ".o_field_widget[name='vehicle_id'] input",
            run: "edit 沪a·123",
        },
        {
            content: "choose the car that is known",
            trigger: ".o-autocomplete--dropdown-item:contains('沪A·12345')",
            run: "click",
        },
        {
            content: "its owner is the customer",
            trigger: ".o_field_widget[name='partner_id'] input:value(Li Customer)",
        },
        ...addConcern(),
        press("action_check_in"),
        state("Checked In"),
        press("action_quote"),
        state("Quoted"),
        { content: "the total is shown", trigger: "[name='amount_total']:contains('297.00')" },
        { content: "the promise is shown", trigger: ".o_field_widget[name='promised_at']" },
        press("action_open_approval"),
        {
            content: "the dialog names the customer and the job",
            trigger: ".modal .o_data_row:contains('Replace front brake pads'):contains('297.00')",
        },
        press("action_confirm", ".modal footer"),
        state("Authorised"),
        {
            content: "the parts are reserved",
            trigger: "button[name='action_view_transfers']:contains('1')",
        },
    ],
});

registry.category("web_tour.tours").add("service_advisor_new_car", {
    steps: () => [
        ...newOrder(),
        {
            content: "type a plate nobody knows",
            trigger: ".o_field_widget[name='vehicle_id'] input",
            run: "edit 苏EK12345",
        },
        {
            content: "create the car",
            trigger: ".o-autocomplete--dropdown-item.o_m2o_dropdown_option_create_edit",
            run: "click",
        },
        {
            content: "the plate is the one that was typed",
            trigger: ".modal .o_field_widget[name='plate'] input",
            run: "edit 苏EK12345",
        },
        {
            content: "read the VIN",
            trigger: ".modal .o_field_widget[name='vin'] input",
            run: "edit lfv6a24g2d3041348",
        },
        {
            content: "name the owner, who is new too",
            trigger: ".modal .o_field_widget[name='owner_id'] input",
            run: "edit Zhao Newcomer",
        },
        {
            content: "create the owner",
            trigger: ".o-autocomplete--dropdown-item.o_m2o_dropdown_option_create",
            run: "click",
        },
        {
            content: "save the car",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "the new owner is the customer",
            trigger: ".o_field_widget[name='partner_id'] input:value(Zhao Newcomer)",
        },
        ...addConcern(),
        press("action_check_in"),
        state("Checked In"),
    ],
});

/** The car is found among the open orders. */
function openOrder() {
    return [
        ...openMenu("service_advisor_menu_desk", "service_order_menu"),
        {
            content: "open the order",
            trigger: ".o_kanban_record:contains('沪A·12345')",
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("service_advisor_ready", {
    steps: () => [
        ...openOrder(),
        state("Quality Check"),
        press("action_ready"),
        state("Ready"),
    ],
});

registry.category("web_tour.tours").add("service_advisor_invoice", {
    steps: () => [
        ...openOrder(),
        press("action_create_invoices"),
        {
            content: "it is the customer's invoice, of the whole order",
            trigger: ".o_field_widget[name='partner_id'] input:value(Li Customer)",
        },
        press("action_post"),
        state("Posted"),
        ...payInvoice(),
    ],
});

/** The accountant registers the payment of the invoice on the screen. */
function payInvoice() {
    return [
        press("action_register_payment"),
        press("action_create_payments", ".modal footer"),
        {
            content: "the invoice is paid",
            trigger: ".o_form_view .o_widget_web_ribbon span:contains('Paid'), " +
                ".o_form_view .o_widget_web_ribbon span:contains('In Payment')",
        },
    ];
}

/** R2.6: the accountant's day: the list, one payer, the payment, the settlement list, a release. */
registry.category("web_tour.tours").add("service_advisor_accountant", {
    steps: () => [
        ...openMenu("service_advisor_menu_accounting", "service_estimate_menu_to_invoice"),
        {
            content: "open the customer's estimate",
            trigger: ".o_data_row:contains('Li Customer') .o_data_cell[name='name']",
            run: "click",
        },
        {
            content: "go to its order",
            trigger: ".o_form_view button[name='action_view_service_order']",
            run: "click",
        },
        state("Ready"),
        {
            content: "see who pays what",
            trigger: ".o_notebook a[name='payers']",
            run: "click",
        },
        {
            content: "invoice the customer only",
            trigger: ".o_field_widget[name='estimate_ids'] .o_data_row:contains('Li Customer') " +
                "button[name='action_service_invoice']",
            run: "click",
        },
        {
            content: "it is the customer's invoice",
            trigger: ".o_field_widget[name='partner_id'] input:value(Li Customer)",
        },
        press("action_post"),
        state("Posted"),
        ...payInvoice(),
        {
            content: "back to the order",
            trigger: ".o_form_view button[name='action_view_service_orders']",
            run: "click",
        },
        state("Ready"),
        {
            content: "it may leave",
            trigger: ".o_form_view [role='status']:contains('hand over the car')",
        },
        press("action_print_settlement"),
        {
            content: "the list has its number",
            trigger: ".o_notebook a[name='payers']",
            run: "click",
        },
    ],
});

registry.category("web_tour.tours").add("service_advisor_release", {
    steps: () => [
        ...openOrder(),
        state("Ready"),
        press("action_open_release"),
        {
            content: "what is owed is proposed",
            trigger: ".modal .o_field_widget[name='amount'] input:value(297.00)",
        },
        {
            content: "say why",
            trigger: ".modal .o_field_widget[name='reason'] input",
            run: "edit Fleet customer, pays at the end of the month",
        },
        press("action_confirm", ".modal footer"),
        {
            content: "the advisor may hand it over",
            trigger: ".o_form_view [role='status']:contains('released it unpaid')",
        },
    ],
});

registry.category("web_tour.tours").add("service_advisor_hand_over", {
    steps: () => [
        ...openOrder(),
        press("action_open_handover"),
        {
            content: "the customer reads what was done and paid",
            trigger: ".modal .o_service_handover:contains('Left to pay')",
        },
        ...signForTheCar("Customer Takes Them"),
        press("action_close"),
        state("Closed"),
    ],
});
