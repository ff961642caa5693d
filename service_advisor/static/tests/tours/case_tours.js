/**
 * C1 R1.1 R1.3 R1.4 R1.7 R2.6: regular maintenance with an abnormal noise, up to the proposal, and
 * its hand-over; and the shortest way from an arrival to a printed proposal.
 */
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";
import { signForTheCar } from "./sign";

const click = (content, trigger, more = {}) => ({ content, trigger, run: "click", ...more });
const type = (content, trigger, text) => ({ content, trigger, run: `edit ${text}` });
const press = (name, scope = ".o_statusbar_buttons") =>
    click(name, `${scope} button[name='${name}']:enabled`);
const state = (label) => ({
    content: `the order is: ${label}`,
    trigger: `.o_statusbar_status button.o_arrow_button_current:contains('${label}')`,
});
const field = (name) => `.modal .o_field_widget[name='${name}']`;
const job = (concern) => `[name='job_ids'] .o_data_row:contains('${concern}')`;

/** A known customer arrives: one box, the odometer, the own words and a package. */
function takeIn() {
    return [
        click("a customer walks in", ".o_control_panel button:contains('Walk-in')"),
        type("what is on the plate", `${field("searched")} input`, "a123"),
        click("the car is known", ".o-autocomplete--dropdown-item:contains('沪A·12345')"),
        { content: "so is its owner", trigger: `${field("partner_id")} input:value(Li Customer)` },
        type("the odometer", `${field("odometer_in")} input`, "50000"),
        type("the customer's own words", `${field("concerns")} textarea`, "Knocks over bumps"),
        type("the package", `${field("operation_ids")} input`, "small serv"),
        click("choose it", ".o-autocomplete--dropdown-item:contains('Small service')"),
        {
            content: "it is chosen",
            trigger: `${field("operation_ids")} .o_tag:contains('Small service')`,
        },
        press("action_check_in", ".modal footer"),
        state("Checked In"),
    ];
}

/** At most so many clicks from the arrival to the paper in the customer's hand. */
const CLICKS = 12;

registry.category("web_tour.tours").add("service_advisor_fast_proposal", {
    steps: () => {
        const steps = [
            ...takeIn(),
            click("the concern needs a diagnosis", `${job("Knocks")} td[name='operation_id']`),
            type("look for it", ".o_selected_row [name='operation_id'] input", "diagn"),
            click("choose it", ".o-autocomplete--dropdown-item:contains('Diagnose a noise')"),
            press("action_quote"),
            state("Quoted"),
            press("action_print_proposal"),
            { content: "the printer has it", trigger: "body:not(:has(.o_blockUI))" },
        ];
        const clicks = steps.filter((step) => step.run === "click").length;
        if (clicks > CLICKS) {
            throw new Error(`${clicks} clicks to a printed proposal; ${CLICKS} are allowed`);
        }
        return steps;
    },
});

registry.category("web_tour.tours").add("service_advisor_c1_reception", {
    steps: () => [
        ...takeIn(),
        click("look closer at the noise", `${job("Knocks")} .o_list_record_open_form_view`),
        type("which symptom", ".o_field_widget[name='symptom_id'] input", "abnormal"),
        click("choose it", ".o-autocomplete--dropdown-item:contains('Abnormal noise')"),
        click("the guide to it", ".o_notebook a[name='symptom']"),
        click(
            "ask when it is heard",
            "[name='answer_ids'] .o_data_row:contains('When') td[name='choice_id']"
        ),
        click("over bumps", "[name='answer_ids'] .o_selection_badge:contains('Over bumps')"),
        click(
            "propose what finds the likely cause",
            "[name='cause_ids'] .o_data_row:contains('stabiliser') button[name='action_propose']"
        ),
        {
            content: "it is on the job",
            trigger: ".o_field_widget[name='operation_id'] input:value(Diagnose a noise)",
        },
        click("back to the order", ".o_back_button"),
        press("action_health_check"),
        {
            content: "a full inspection is under way",
            trigger: ".o_form_view [name='line_ids'] .o_data_row:contains('Stabiliser links')",
        },
    ],
});

registry.category("web_tour.tours").add("service_advisor_c1_inspection", {
    steps: () => [
        ...stepUtils.goToAppSteps("service_advisor.service_advisor_menu_root", "open the app"),
        click(
            "the workshop",
            ".o_menu_sections [data-menu-xmlid='service_advisor.service_advisor_menu_workshop']"
        ),
        click(
            "inspections",
            ".o-dropdown--menu [data-menu-xmlid='service_advisor.service_inspection_menu']"
        ),
        click("of this car", ".o_data_row:contains('沪A·12345') td[name='order_id']"),
        click(
            "the links are worn",
            "[name='line_ids'] .o_data_row:contains('Stabiliser links') td[name='result']"
        ),
        click("red", ".o_selected_row .o_selection_badge:contains('Red')"),
        press("action_done"),
        {
            content: "it is done",
            trigger: ".o_statusbar_status button.o_arrow_button_current:contains('Done')",
        },
    ],
});

registry.category("web_tour.tours").add("service_advisor_c1_proposal", {
    steps: () => [
        ...stepUtils.goToAppSteps("service_advisor.service_advisor_menu_root", "open the app"),
        click(
            "the desk",
            ".o_menu_sections [data-menu-xmlid='service_advisor.service_advisor_menu_desk']"
        ),
        click(
            "service orders",
            ".o-dropdown--menu [data-menu-xmlid='service_advisor.service_order_menu']"
        ),
        click("of this car", ".o_kanban_record:contains('沪A·12345')"),
        {
            content: "the technician has told what was found",
            trigger: ".o-mail-Message:contains('1 red')",
        },
        click("look at the inspection", "button[name='action_view_inspections']"),
        press("action_propose_jobs"),
        {
            content: "the finding is a job",
            trigger: job("Stabiliser links"),
        },
        press("action_quote"),
        state("Quoted"),
        { content: "a time is promised", trigger: ".o_field_widget[name='promised_at']" },
        press("action_send_proposal"),
        click("send it", ".modal button[name='action_send_mail']:enabled"),
        {
            content: "it is in the history",
            trigger: ".o-mail-Message:contains('See and answer the proposal')",
        },
    ],
});

registry.category("web_tour.tours").add("service_advisor_c1_hand_over", {
    steps: () => [
        state("Ready"),
        press("action_open_handover"),
        {
            content: "what was done, with its warranty",
            trigger: ".modal .o_service_handover:contains('Replace stabiliser links'):contains" +
                "('Warranty on the repair')",
        },
        {
            content: "what belongs to the customer",
            trigger: ".modal .o_service_handover:contains('child seat')",
        },
        ...signForTheCar("Shop Takes Them"),
        click("what was signed is kept", ".o_notebook a[name='handover']"),
        {
            content: "who takes the old parts",
            trigger: ".o_field_widget[name='old_parts']:contains('Shop Takes Them')",
        },
    ],
});
