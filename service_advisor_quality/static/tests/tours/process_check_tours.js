/** R3.1: the inspector at the car, with a tablet. */
import { registry } from "@web/core/registry";

const CARD = ".o_service_inspect .o_kanban_record:not(.o_kanban_ghost)";

function begin() {
    return {
        content: "begin what waits for this car",
        trigger: ".o_data_row:contains('沪A·12345') td[name='vehicle_id']",
        run: "click",
    };
}

function press(button) {
    return {
        content: button,
        trigger: `.o_statusbar_buttons button[name='${button}']:enabled`,
        run: "click",
    };
}

function tap(item, colour) {
    const card = `${CARD}:contains('${item}')`;
    const label = { green: "Green", red: "Red" }[colour];
    return [
        {
            content: `${item} is ${colour}`,
            trigger: `${card} button[name='action_${colour}']:enabled`,
            run: "click",
        },
        { content: `${item} is marked`, trigger: `${card} [name='result']:contains('${label}')` },
    ];
}

function measure(item, number, label) {
    const card = `${CARD}:contains('${item}')`;
    return [
        {
            content: `type the number of ${item}`,
            trigger: `${card} input.o_service_measure`,
            run: `edit ${number} && press Tab`,
        },
        {
            content: `the number alone makes it ${label}`,
            trigger: `${card} [name='result']:contains('${label}')`,
        },
    ];
}

function isDone(label) {
    return {
        content: "the inspection is done",
        trigger: `.o_form_view:has(.o_arrow_button_current:contains('Done'))
            [name='result']:contains('${label}')`,
    };
}

function note(item, text) {
    return [
        {
            content: `open ${item}`,
            trigger: `${CARD}:contains('${item}') a.oe_kanban_action`,
            run: "click",
        },
        {
            content: "say what is wrong",
            trigger: ".modal .o_field_widget[name='note'] input",
            run: `edit ${text}`,
        },
        {
            content: "keep it",
            trigger: ".modal footer .o_form_button_save",
            run: "click",
        },
        { content: "it stands there", trigger: `${CARD}:contains('${text}')` },
    ];
}

registry.category("web_tour.tours").add("service_advisor_quality_check_fails", {
    steps: () => [
        begin(),
        {
            content: "the screen fits the tablet",
            trigger: `${CARD}:contains('Second step')`,
            run() {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error("the page is wider than the tablet");
                }
            },
        },
        ...tap("First step", "red"),
        ...note("First step", "Loose"),
        ...measure("Second step", "4", "Red"),
        press("action_done"),
        isDone("Red"),
    ],
});

registry.category("web_tour.tours").add("service_advisor_quality_check_passes", {
    steps: () => [
        begin(),
        ...tap("First step", "green"),
        ...measure("Second step", "6", "Green"),
        press("action_done"),
        isDone("Green"),
    ],
});

registry.category("web_tour.tours").add("service_advisor_quality_final_fails", {
    steps: () => [
        begin(),
        ...tap("First item", "red"),
        ...note("First item", "Squeals"),
        ...tap("Second item", "green"),
        press("action_done"),
        isDone("Red"),
    ],
});

registry.category("web_tour.tours").add("service_advisor_quality_final_passes", {
    steps: () => [
        begin(),
        ...tap("First item", "green"),
        ...tap("Second item", "green"),
        press("action_done"),
        isDone("Green"),
    ],
});
