/** R2.2 R2.3: the technician's and the warehouse worker's part of an order. */
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const WORKSHOP = "service_advisor.service_advisor_menu_workshop";

function openMenu(menu) {
    return [
        ...stepUtils.goToAppSteps("service_advisor.service_advisor_menu_root", "open the app"),
        {
            content: "open the section of the menu",
            trigger: `.o_menu_sections [data-menu-xmlid='${WORKSHOP}']`,
            run: "click",
        },
        {
            content: "open the menu",
            trigger: `.o-dropdown--menu [data-menu-xmlid='service_advisor.${menu}']`,
            run: "click",
        },
    ];
}

const CARD = ".o_kanban_record:contains('Squeals when braking')";

/** 44 pixels are what guidelines ask for; hands in the workshop are dirty. */
function fitsAThumb(button) {
    return {
        content: `the card fits the screen, and ${button} a thumb`,
        trigger: `${CARD} button[name='${button}']`,
        run() {
            const { width, height } = this.anchor.getBoundingClientRect();
            if (document.documentElement.scrollWidth > window.innerWidth) {
                throw new Error("the page is wider than the phone");
            }
            if (height < 44 || width < window.innerWidth / 3) {
                throw new Error(`${button} is too small for a thumb: ${width} x ${height}`);
            }
        },
    };
}

function start() {
    return [
        {
            content: "start the job",
            trigger: `${CARD} button[name='action_start']:enabled`,
            run: "click",
        },
        { content: "the clock runs", trigger: `${CARD} button[name='action_open_pause']` },
    ];
}

/** Finish without a word first: what is missing is said, and what was typed stays. */
function finish() {
    return [
        {
            content: "finish the job",
            trigger: `${CARD} button[name='action_open_finish']:enabled`,
            run: "click",
        },
        {
            content: "tell what was found",
            trigger: ".modal div[name='cause'] textarea",
            run: "edit Pads worn to 2 mm",
        },
        {
            content: "finish without saying what was done",
            trigger: ".modal button[name='action_finish']:enabled",
            run: "click",
        },
        {
            content: "it says what is missing",
            trigger: ".modal:contains('without the correction')",
        },
        {
            content: "read it",
            trigger: ".modal:contains('without the correction') button.btn-primary:enabled",
            run: "click",
        },
        {
            content: "what was found is still there",
            trigger: ".modal div[name='cause'] textarea:value('Pads worn to 2 mm')",
        },
        {
            content: "tell what was done",
            trigger: ".modal div[name='correction'] textarea",
            run: "edit Pads replaced",
        },
        {
            content: "finish",
            trigger: ".modal button[name='action_finish']:enabled",
            run: "click",
        },
        {
            content: "nothing is left to do",
            trigger: ".o_kanban_view .o_view_nocontent:contains('No job waits for you')",
        },
    ];
}

function pauseForParts() {
    return [
        {
            content: "pause",
            trigger: `${CARD} button[name='action_open_pause']:enabled`,
            run: "click",
        },
        {
            content: "a part is missing",
            trigger: ".modal div[name='pause_reason'] label:contains('Parts')",
            run: "click",
        },
        {
            content: "say which",
            trigger: ".modal div[name='note'] input",
            run: "edit Axle nut",
        },
        {
            content: "put the job on hold",
            trigger: ".modal button[name='action_confirm']:enabled",
            run: "click",
        },
        {
            content: "the card says what it waits for",
            trigger: `${CARD}:contains('Axle nut') button[name='action_start']`,
        },
    ];
}

registry.category("web_tour.tours").add("service_advisor_workshop", {
    steps: () => [...openMenu("service_job_menu_workshop"), ...start(), ...finish()],
});

registry.category("web_tour.tours").add("service_advisor_workshop_phone", {
    steps: () => [
        fitsAThumb("action_start"),
        ...start(),
        ...["action_open_pause", "action_open_finish"].map(fitsAThumb),
        ...pauseForParts(),
        ...start(),
        ...finish(),
    ],
});

registry.category("web_tour.tours").add("service_advisor_warehouse", {
    steps: () => [
        ...openMenu("stock_picking_menu_workshop"),
        {
            content: "open the transfer",
            trigger: ".o_data_row:contains('Li Customer') td[name='name']",
            run: "click",
        },
        {
            content: "it names the car",
            trigger: ".o_form_view [name='service_vehicle_id']:contains('沪A·12345')",
        },
        {
            content: "issue the parts",
            trigger: ".o_statusbar_buttons button[name='button_validate']:enabled",
            run: "click",
        },
        {
            content: "they are issued",
            trigger: ".o_statusbar_status button.o_arrow_button_current:contains('Done')",
        },
    ],
});

/** Type as a hand scanner does: key after key, then Enter. */
function scan(barcode) {
    return {
        content: `scan ${barcode}`,
        trigger: ".o_form_view .o_form_sheet",
        run() {
            for (const key of [...barcode, "Enter"]) {
                document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
            }
        },
    };
}

registry.category("web_tour.tours").add("service_advisor_scan", {
    steps: () => [
        {
            content: "the transfer says that it takes scans",
            trigger: ".o_form_view .alert:contains('Scan each part')",
        },
        scan("4006381333931"),
        {
            content: "it is counted",
            trigger: ".o_notification:contains('Brake pads: 1 of 1')",
        },
        {
            content: "and shown in the list",
            trigger:
                ".o_data_row:contains('Brake pads') td[name='service_scanned_qty']:contains('1')",
        },
        scan("12345678"),
        {
            content: "an unknown code is said aloud",
            trigger: ".o_notification:contains('is no part, lot or serial number')",
        },
    ],
});
