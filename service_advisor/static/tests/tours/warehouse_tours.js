/** R2.2 R2.4: a day of the warehouse, and the technician who asks it for a part. */
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";
import { takePhoto } from "./photo";

const WORKSHOP = "service_advisor.service_advisor_menu_workshop";

function openMenu(menu) {
    return [
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

function openRow(text, column) {
    return {
        content: `open ${text}`,
        trigger: `.o_data_row:contains('${text}') td[name='${column}']`,
        run: "click",
    };
}

function press(button) {
    return {
        content: `press ${button}`,
        trigger: `.o_statusbar_buttons button[name='${button}']:enabled`,
        run: "click",
    };
}

function becomes(state) {
    return {
        content: `it is ${state}`,
        trigger: `.o_statusbar_status button.o_arrow_button_current:contains('${state}')`,
    };
}

function choosePart(name, free) {
    return [
        {
            content: "one more part",
            trigger: "[name='line_ids'] .o_field_x2many_list_row_add a:first",
            run: "click",
        },
        {
            content: `look for ${name}`,
            trigger: "[name='line_ids'] .o_selected_row [name='product_id'] input",
            run: `edit ${name}`,
        },
        {
            content: `choose ${name}`,
            trigger: `.o-autocomplete--dropdown-item:contains('${name}')`,
            run: "click",
        },
        {
            content: "it says what is on the shelf",
            trigger: `[name='line_ids'] .o_selected_row [name='free_qty']:contains('${free}')`,
        },
    ];
}

registry.category("web_tour.tours").add("service_advisor_warehouse_day", {
    steps: () => [
        ...stepUtils.goToAppSteps("service_advisor.service_advisor_menu_root", "open the app"),
        // Issue what is reserved.
        ...openMenu("stock_picking_menu_workshop"),
        openRow("Li Customer", "name"),
        press("button_validate"),
        becomes("Done"),
        // Answer a request with two parts.
        ...openMenu("service_part_request_menu"),
        {
            content: "who waits long is red",
            trigger: ".o_data_row.text-danger:contains('Wear sensor front left')",
        },
        openRow("Wear sensor front left", "display_name"),
        { content: "the car is known by its VIN", trigger: "[name='vin']:contains('LSVAL41Z')" },
        { content: "the photo is shown", trigger: "[name='photo'] img" },
        ...choosePart("Wear sensor", 5),
        ...choosePart("Brake fluid", 8),
        press("action_answer"),
        becomes("Answered"),
        {
            content: "it is proposed to the payer",
            trigger: "[name='answer_job_id']:contains('Additional parts')",
        },
        // Tell a lost sale in one tap.
        ...openMenu("service_part_request_menu"),
        openRow("Ash tray", "display_name"),
        press("action_lost_demand"),
        becomes("Lost Sale"),
        {
            content: "go back to the requests",
            trigger: ".o_back_button, .breadcrumb-item a:contains('Part Requests')",
            run: "click",
        },
        { content: "nobody waits any more", trigger: ".o_view_nocontent:contains('Nobody waits')" },
        // Put the old part on its shelf.
        ...openMenu("service_warranty_part_menu"),
        openRow("Brake pads", "name"),
        {
            content: "write the shelf on its tag",
            trigger: ".o_field_widget[name='place'] input",
            run: "edit W3-12",
        },
        { content: "save it", trigger: ".o_form_button_save", run: "click" },
        { content: "it is saved", trigger: ".o_form_saved" },
        { content: "its tag can be printed", trigger: "button:contains('Print Tag')" },
    ],
});

const CARD = ".o_kanban_record:contains('Squeals when braking')";
const DIALOG = ".modal .o_form_view";

/** 44 pixels are what guidelines ask for; hands in the workshop are dirty. */
function fitsAThumb(trigger, share) {
    return {
        content: `${trigger} fits a thumb, and the page the phone`,
        trigger,
        run() {
            const { width, height } = this.anchor.getBoundingClientRect();
            if (document.documentElement.scrollWidth > window.innerWidth) {
                throw new Error("the page is wider than the phone");
            }
            if (height < 44 || width < window.innerWidth * share) {
                throw new Error(`too small for a thumb: ${width} x ${height}`);
            }
        },
    };
}

registry.category("web_tour.tours").add("service_advisor_ask_part_phone", {
    steps: () => [
        fitsAThumb(`${CARD} button[name='action_ask_part']`, 0.5),
        {
            content: "ask for a part",
            trigger: `${CARD} button[name='action_ask_part']`,
            run: "click",
        },
        fitsAThumb(`${DIALOG} .o_service_photo label`, 0.5),
        {
            content: "take a photo",
            trigger: `${DIALOG} .o_service_photo input[type='file']`,
            run() {
                return takePhoto(this.anchor);
            },
        },
        { content: "the photo is there", trigger: `${DIALOG} .o_service_photo img` },
        fitsAThumb(".modal footer button:contains('Ask the Warehouse')", 0.5),
        {
            content: "ask",
            trigger: ".modal footer button:contains('Ask the Warehouse')",
            run: "click",
        },
        {
            content: "the card counts it",
            trigger: `${CARD}:contains('1 of 1 part requests open')`,
        },
    ],
});
