/** R2.1: the controller plans a day on the board. */
import { registry } from "@web/core/registry";
import {
    Axis, HOUR, QUARTER, shade, snap, stack,
} from "@service_advisor/backend/board/board_geometry";

const TITLE = "Replace front brake pads";
const FIRST = 8; // the board shows 8:00 to 18:00
const SHOWN = 10;

const track = (name) =>
    `.o_service_board_row:has(.o_service_board_name:contains('${name}')) .o_service_board_track`;
const bar = (name, title) => `${track(name)} .o_service_board_bar:contains('${title}')`;

/** Let the taken point of the anchor land where `name` is at `hour`. */
function drop(name, hour) {
    return async ({ drag_and_drop, queryOne }) => {
        const { width } = queryOne(track(name)).getBoundingClientRect();
        const left = Math.round((width * (hour - FIRST)) / SHOWN);
        await drag_and_drop(track(name), { position: { left, top: 20 }, relative: true });
    };
}

function assertEqual(found, expected) {
    if (JSON.stringify(found) !== JSON.stringify(expected)) {
        throw new Error(`${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
    }
}

/** Time to place and back, on a day of 9 hours and one that lost an hour. */
function checkGeometry() {
    const day = (start, hours) => ({ start: start * HOUR, stop: (start + hours) * HOUR });
    const axis = new Axis([day(8, 10), day(32, 9)]);
    assertEqual(axis.place(8 * HOUR, 13 * HOUR), { left: 0, width: 0.25 });
    assertEqual(axis.fraction(20 * HOUR), 0.5); // at night: the edge
    assertEqual(axis.fraction(36.5 * HOUR), 0.75);
    assertEqual(axis.instant(0.75), 36.5 * HOUR);
    assertEqual(axis.instant(2), 41 * HOUR);
    assertEqual(axis.place(19 * HOUR, 31 * HOUR), null);
    assertEqual([axis.shows(20 * HOUR), axis.shows(9 * HOUR)], [false, true]);
    assertEqual(axis.width(HOUR, 33 * HOUR), 1 / 18);
    assertEqual(snap(8 * HOUR + 8 * 60000), 8 * HOUR + QUARTER);
    assertEqual(
        shade(axis, [[8 * HOUR, 13 * HOUR]], "red"),
        "linear-gradient(to right, transparent 0.000% 25.000%, red 25.000% 100.000%)"
    );
    const bars = [[1, 8, 10], [2, 9, 11], [3, 10, 12], [4, 12, 13]].map(
        ([id, start, stop]) => ({ id, start, stop })
    );
    const { lanes, count, clashes } = stack(bars);
    assertEqual([bars.map((each) => lanes.get(each)), count], [[0, 1, 0, 0], 2]);
    assertEqual([...clashes].map(({ id }) => id).sort(), [1, 2, 3]);
}

registry.category("web_tour.tours").add("service_advisor_board", {
    steps: () => [
        { content: "time is drawn where it is", trigger: ".o_service_board", run: checkGeometry },
        { content: "go to tomorrow", trigger: ".o_service_board_next", run: "click" },
        { content: "a technician is held", trigger: bar("Wang Board", "Blocker") },
        {
            content: "put the waiting job on a technician",
            trigger: `.o_service_board_card:contains('${TITLE}')`,
            run: drop("Wang Board", 8.1),
        },
        {
            content: "it takes the bay and starts at the quarter",
            trigger: `${bar("Wang Board", TITLE)}:not(.o_pending)[title*='08:00 – 09:30']` +
                "[title*='Board Bay 1']",
        },
        {
            content: "nothing waits at the side",
            trigger: `.o_service_board_side:not(:has(.o_service_board_card:contains('${TITLE}')))`,
        },
        {
            content: "move it to another technician in the afternoon",
            trigger: bar("Wang Board", TITLE),
            run: drop("Li Board", 13.75),
        },
        {
            content: "it is there",
            trigger: `${bar("Li Board", TITLE)}:not(.o_pending)[title*='13:00 – 14:30']`,
        },
        {
            content: "make it longer",
            trigger: `${bar("Li Board", TITLE)} .o_service_board_handle`,
            run: drop("Li Board", 15),
        },
        {
            content: "it is longer",
            trigger: `${bar("Li Board", TITLE)}:not(.o_pending)[title*='13:00 – 15:00']`,
        },
        {
            content: "put it where the other one is held",
            trigger: bar("Li Board", TITLE),
            run: drop("Wang Board", 11.5),
        },
        {
            content: "it is refused at the place, in words",
            trigger: ".o_popover .o_service_board_refusal .o_service_board_words:not(:empty)",
        },
        {
            content: "an advisor can not insist",
            trigger: ".o_service_board_refusal:not(:has(.o_service_board_anyway))",
        },
        {
            content: "the bar is back",
            trigger: `${bar("Li Board", TITLE)}:not(.o_pending)[title*='13:00 – 15:00']`,
        },
        { content: "look at the bays", trigger: "button[data-kind='bay']", run: "click" },
        {
            content: "the bay moved along",
            trigger: `${bar("Board Bay 1", TITLE)}[title*='13:00 – 15:00']`,
        },
        {
            content: "look at the technicians",
            trigger: "button[data-kind='technician']",
            run: "click",
        },
        {
            content: "it stays",
            trigger: `${bar("Li Board", TITLE)}[title*='13:00 – 15:00']`,
        },
    ],
});

const services = () => odoo.__WOWL_DEBUG__.root.env.services;
let hear; // what the board does with a message of the bus

/** R2.1: the browsers of tests have no websocket; test_board_live.py tests what comes by it. */
registry.category("web_tour.tours").add("service_advisor_board_live", {
    steps: () => [
        {
            content: "open the board, and take what it listens with",
            trigger: ".o_web_client",
            run() {
                const bus = services().bus_service;
                const subscribe = bus.subscribe;
                bus.subscribe = (type, callback) => {
                    hear = type === "service_advisor.board" ? callback : hear;
                    return subscribe(type, callback);
                };
                services().action.doAction("service_advisor.service_board_action");
            },
        },
        { content: "go to tomorrow", trigger: ".o_service_board_next", run: "click" },
        {
            content: "somebody else moves it",
            trigger: `${bar("Wang Board", "Followed")}[title*='10:00 – 12:00']`,
            async run() {
                const { orm } = services();
                const [held] = await orm.searchRead(
                    "service.booking",
                    [["job_id.concern", "=", "Followed"]],
                    ["job_id", "resource_id", "start_at", "company_id"]
                );
                const [li] = await orm.searchRead(
                    "resource.resource", [["name", "=", "Li Board"]], ["id"]
                );
                const start = held.start_at.replace("10:00:00", "14:00:00");
                await orm.call(
                    "service.board", "move", [held.job_id[0], held.resource_id[0], li.id, start]
                );
                assertEqual(document.querySelectorAll("[title*='14:00 – 16:00']").length, 0);
                hear({ company_id: held.company_id[0], job_ids: [held.job_id[0]] });
            },
        },
        {
            content: "it moves here too",
            trigger: `${bar("Li Board", "Followed")}:not(.o_pending)[title*='14:00 – 16:00']`,
        },
        {
            content: "and is gone where it was",
            trigger: `${track("Wang Board")}:not(:has(.o_service_board_bar))`,
        },
    ],
});

const menu = (name) => `[data-menu-xmlid='service_advisor.${name}']`;

/** R2.1: the manager lets days be planned again. */
registry.category("web_tour.tours").add("service_advisor_replan", {
    steps: () => [
        { trigger: menu("service_advisor_menu_workshop"), run: "click" },
        { trigger: menu("service_replan_menu"), run: "click" },
        {
            content: "today is planned well",
            trigger: ".modal .o_field_widget[name='content']:contains('Nothing can be planned')",
        },
        { content: "look at two days", trigger: ".modal div[name='days'] input", run: "edit 2" },
        { content: "leave the field", trigger: ".modal .modal-title", run: "click" },
        {
            content: "one order would be late now, none as proposed",
            trigger:
                ".modal .o_field_widget[name='content'] " +
                "p:has(.fs-4:contains('1')):has(.fs-4:contains('0'))",
        },
        {
            content: "it names what moves, from when to when",
            trigger: ".modal .o_field_widget[name='content'] tr:contains('Board Bay 1')",
        },
        { trigger: ".modal button[name='action_accept']", run: "click" },
        { content: "it is booked", trigger: "body:not(:has(.modal))" },
    ],
});
