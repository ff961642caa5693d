/** R6.1 R6.3: a technician looks up what it was before, says that the plan does not work, and the
 * manager answers. */
import { registry } from "@web/core/registry";

const click = (content, trigger) => ({ content, trigger, run: "click" });
const CARD = ".o_kanban_record:contains('Engine judders')";

registry.category("web_tour.tours").add("service_advisor_similar_cases", {
    steps: () => [
        click("open the job", `${CARD} .fs-5`),
        click("what was it before?", "button[name='action_similar_cases']:enabled"),
        {
            content: "the closest case comes first, with what it was",
            trigger: ".o_service_case:first:contains('P0301') "
                + ".o_service_case_cause:contains('Coil cracked')",
        },
        {
            content: "the page fits the phone",
            trigger: ".o_service_cases",
            run() {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error("the page is wider than the phone");
                }
            },
        },
        {
            content: "look for something else",
            trigger: ".o_service_cases_box",
            run: "edit 异响",
        },
        {
            content: "it is found",
            trigger: ".o_service_case:contains('前轮异响') "
                + ".o_service_case_correction:contains('更换制动片')",
        },
        {
            content: "look for what never was",
            trigger: ".o_service_cases_box",
            run: "edit xylophone",
        },
        { content: "it says so", trigger: ".o_service_cases_none" },
    ],
});

registry.category("web_tour.tours").add("service_advisor_plan_feedback", {
    steps: () => [
        click("open the menu of the card", `${CARD} .o_dropdown_kanban button`),
        click(
            "the plan does not work",
            ".o-dropdown--menu [name='action_plan_feedback'], "
                + ".o_bottom_sheet [name='action_plan_feedback']"
        ),
        click("the hours are too short",
            ".modal [name='kind'] label:contains('Hours Too Short')"),
        {
            content: "say why",
            trigger: ".modal [name='description'] textarea",
            run: "edit Bolts rusted in",
        },
        {
            content: "say how long it takes",
            trigger: ".modal [name='suggested_hours'] input",
            run: "edit 2:30",
        },
        click("tell the advisor", ".modal .o_form_button_save, .modal footer .btn-primary"),
        { content: "it is told", trigger: "body:not(:has(.modal))" },
    ],
});

registry.category("web_tour.tours").add("service_advisor_answer_feedback", {
    steps: () => [
        click("open what was said", ".o_data_row:contains('Bolts rusted in') td[name='kind']"),
        {
            content: "say what is done",
            trigger: ".o_form_view [name='answer'] textarea",
            run: "edit Right, the subframe comes down",
        },
        click("change the catalogue",
            "button[name='action_change_catalogue_hours']:enabled"),
        {
            content: "both hours are kept",
            trigger: ".o_form_view [name='new_hours']:contains('02:30')",
        },
    ],
});
