/** R3.2: the manager takes a failed inspection to a closed improvement. */
import { registry } from "@web/core/registry";

function press(button) {
    return {
        content: button,
        trigger: `.o_statusbar_buttons button[name='${button}']:enabled`,
        run: "click",
    };
}

function reached(state) {
    return {
        content: `the improvement is ${state}`,
        trigger: `.o_arrow_button_current[data-value='${state}']`,
    };
}

function open(page) {
    return { content: `page ${page}`, trigger: `.nav-link[name='${page}']`, run: "click" };
}

function enterDate(field) {
    return {
        content: `enter ${field}`,
        trigger: `[name='${field}'] input[data-field='${field}']`,
        run: "edit 12/31/2037 && press Enter",
    };
}

/** Answer the dialog of a step. */
function say(words) {
    return [
        {
            content: "say it in words",
            trigger: ".modal [name='words'] textarea:visible",
            run: `edit ${words}`,
        },
        {
            content: "confirm",
            trigger: ".modal footer button[name='action_confirm']",
            run: "click",
        },
        { content: "the dialog is gone", trigger: "body:not(:has(.modal))" },
    ];
}

function addLine(list) {
    return {
        content: `a new line of ${list}`,
        trigger: `[name='${list}'] .o_field_x2many_list_row_add a`,
        run: "click",
    };
}

registry.category("web_tour.tours").add("service_advisor_quality_improve", {
    steps: () => [
        press("action_improve"),
        reached("draft"),
        enterDate("due_date"),
        addLine("why_ids"),
        {
            content: "answer why",
            trigger: "[name='why_ids'] .o_selected_row [name='answer'] input",
            run: "edit No grease in the kit",
        },
        open("actions"),
        addLine("action_ids"),
        {
            content: "what is done about it",
            trigger: "[name='action_ids'] .o_selected_row [name='name'] input",
            run: "edit Put grease into the kit",
        },
        {
            content: "choose its date",
            trigger: "[name='action_ids'] .o_selected_row td[name='due_date']",
            run: "click",
        },
        {
            content: "enter its date",
            trigger: "[name='action_ids'] .o_selected_row input[data-field='due_date']",
            run: "edit 12/31/2037 && press Enter",
        },
        press("action_start"),
        reached("progress"),
        {
            content: "the action is done",
            trigger: "[name='action_ids'] button[name='action_open_answer']",
            run: "click",
        },
        ...say("Every kit has a tube now"),
        { content: "it is kept", trigger: "[name='action_ids']:contains('Every kit has a tube')" },
        press("action_actions_done"),
        reached("done"),
        open("effect"),
        enterDate("check_date"),
        {
            content: "who checks",
            trigger: "[name='check_user_id'] input",
            run: "edit Inspector",
        },
        {
            content: "choose the inspector",
            trigger: ".o-autocomplete--dropdown-menu li a:contains('Inspector'):first",
            run: "click",
        },
        {
            content: "what is measured",
            trigger: "[name='check_measure'] input",
            run: "edit First-pass rate",
        },
        press("action_plan_check"),
        reached("verify"),
    ],
});

registry.category("web_tour.tours").add("service_advisor_quality_verify", {
    steps: () => [
        press("action_open_check"),
        {
            content: "it worked",
            trigger: ".modal [name='result'] input:first",
            run: "click",
        },
        ...say("8 of 8 passed"),
        reached("closed"),
    ],
});
