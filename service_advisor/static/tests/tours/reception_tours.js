/** R1.1 R1.2: walk-ins, the waiting list and the check-in on a phone. */
import { registry } from "@web/core/registry";
import { rpc } from "@web/core/network/rpc";
import { takePhoto } from "./photo";

const WALK_IN = ".o_control_panel_main_buttons button:contains('Walk-in')";
const BOX = ".modal .o_field_widget[name='searched'] input";

function field(name, value, scope = ".modal") {
    return {
        content: `enter ${name}`,
        trigger: `${scope} .o_field_widget[name='${name}'] :is(input, textarea)`,
        run: `edit ${value}`,
    };
}

function openWalkin() {
    return { content: "a customer stands at the desk", trigger: WALK_IN, run: "click" };
}

function press(button) {
    return { content: button, trigger: `.modal footer button[name='${button}']`, run: "click" };
}

function refused(words) {
    return [
        {
            content: `the message names ${words}`,
            trigger: `.o_error_dialog .modal-body:contains('${words}')`,
        },
        {
            content: "go on",
            trigger: ".o_error_dialog footer button.btn-primary",
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("service_advisor_walkin_known", {
    steps: () => [
        openWalkin(),
        { content: "type a part of the plate", trigger: BOX, run: "edit a123" },
        {
            content: "choose the car",
            trigger: ".o_service_arrival_option:contains('沪A·12345'):contains('Li Customer')",
            run: "click",
        },
        {
            content: "its owner is the customer",
            trigger: ".modal .o_field_widget[name='partner_id'] input:value(Li Customer)",
        },
        {
            content: "the odometer waits for the number",
            trigger: ".modal .o_field_widget[name='odometer_in'] input:focus",
            run: "edit 51000",
        },
        field("concerns", "Squeals when braking"),
        {
            content: "look for the package",
            trigger: ".modal .o_field_widget[name='operation_ids'] input",
            run: "edit front brake",
        },
        {
            content: "choose the package",
            trigger: ".o-autocomplete--dropdown-item:contains('Replace front brake pads')",
            run: "click",
        },
        { content: "it is chosen", trigger: ".modal [name='operation_ids'] .o_tag" },
        press("action_check_in"),
        {
            content: "the order is open and the car taken in",
            trigger: ".o_statusbar_status button.o_arrow_button_current:contains('Checked In')",
        },
        { content: "the sheet can be printed", trigger: "button:contains('Check-in Sheet')" },
    ],
});

registry.category("web_tour.tours").add("service_advisor_walkin_new", {
    steps: () => [
        openWalkin(),
        { content: "type a plate nobody knows", trigger: BOX, run: "edit 苏ED12345" },
        {
            content: "it is a new one",
            trigger: ".o_service_arrival_option:contains('New: 苏ED12345')",
            run: "click",
        },
        {
            content: "what was typed is the plate",
            trigger: ".modal .o_field_widget[name='plate'] input:value(苏ED12345)",
        },
        press("action_check_in"),
        ...refused("name of the customer"),
        field("customer_name", "Li Customer && press Tab"),
        {
            content: "somebody of this name is known, with a car",
            trigger: ".o_service_customer_choice button[aria-pressed='true']:contains('1 car')",
        },
        {
            content: "this is somebody else",
            trigger: ".o_service_customer_choice button:contains('New Customer')",
            run: "click",
        },
        {
            content: "what was typed is still there",
            trigger: ".modal .o_field_widget[name='customer_name'] input:value(Li Customer)",
        },
        field("customer_name", "Zhao Newcomer"),
        field("phone", "13900139000"),
        field("vin", "1M8GDM9A1KP042788 && press Tab"),
        {
            content: "a misread VIN asks for its reason",
            trigger: ".modal .o_field_widget[name='vin_override_reason'] input",
        },
        field("vin", "lfv6a24g2d3041348"),
        press("action_check_in"),
        ...refused("odometer"),
        {
            content: "nothing that was typed is lost",
            trigger: ".modal .o_field_widget[name='customer_name'] input:value(Zhao Newcomer)",
        },
        press("action_queue"),
        {
            content: "the customer waits",
            trigger: ".o_data_row:contains('苏E·D12345'):contains('Zhao Newcomer')",
        },
    ],
});

registry.category("web_tour.tours").add("service_advisor_waiting_list", {
    steps: () => [
        {
            content: "who waits longest stands first, in red",
            trigger: ".o_data_row:first:contains('沪A·12345').text-danger",
        },
        { content: "the counters are there", trigger: ".o_service_reception_banner" },
        {
            content: "a colleague notes an arrival; the screen looks again when it is seen again",
            trigger: ".o_data_row:contains('沪B·99887') button[name='action_arrive']",
            async run() {
                const call = (method, args) =>
                    rpc(`/web/dataset/call_kw/service.order/${method}`, {
                        model: "service.order", method, args, kwargs: {},
                    });
                const ids = await call("search", [[["plate", "=", "沪B·99887"]]]);
                await call("action_arrive", [ids]);
                document.dispatchEvent(new Event("visibilitychange"));
            },
        },
        {
            content: "the arrival appears without a reload",
            trigger: ".o_data_row:contains('沪B·99887') button[name='action_open_walkin']",
        },
    ],
});

const PICTURE = ".o_service_damage_picture";

/** A tap at a place given in percent of the picture; the browser makes a click of it. */
function tapAt(x, y) {
    return function () {
        const box = this.anchor.getBoundingClientRect();
        const clientX = box.left + (box.width * x) / 100;
        const clientY = box.top + (box.height * y) / 100;
        this.anchor.dispatchEvent(
            new PointerEvent("click", { bubbles: true, clientX, clientY, pointerType: "touch" })
        );
    };
}

registry.category("web_tour.tours").add("service_advisor_check_in_phone", {
    steps: () => [
        {
            content: "who waits is taken in",
            trigger: ".o_kanban_record:contains('沪A·12345') button[name='action_open_walkin']",
            run: "click",
        },
        {
            content: "what was booked is shown",
            trigger: ".modal .alert-info:contains('Squeals when braking')",
        },
        field("odometer_in", "51000"),
        press("action_check_in"),
        { content: "open the check-in", trigger: "a.nav-link[name='checkin']", run: "click" },
        {
            content: "the picture fits the phone",
            trigger: PICTURE,
            run() {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error("the page is wider than the phone");
                }
            },
        },
        {
            content: "half full",
            trigger: ".o_field_widget[name='energy_level'] button:contains('50')",
            run: "click",
        },
        field("belongings", "Child seat", ".o_form_view"),
        {
            content: "the oil lamp is lit",
            trigger: ".o_field_widget[name='warning_lamp_ids'] .form-check:contains('Oil') input",
            run: "click",
        },
        { content: "tap the roof", trigger: PICTURE, run: tapAt(55, 50) },
        {
            content: "it is a dent",
            trigger: ".o_service_damage_kinds button[data-kind='dent']",
            run: "click",
        },
        {
            content: "the server says where it is",
            trigger: ".o_service_damage_panel strong:contains('Dent, Roof')",
        },
        {
            content: "note how large it is",
            trigger: ".o_service_damage_panel input[type='text']",
            run: "edit 10 cm && press Tab",
        },
        {
            content: "take a photo",
            trigger: ".o_service_damage_panel input[type='file']",
            run() {
                return takePhoto(this.anchor);
            },
        },
        { content: "the photo is shown", trigger: ".o_service_damage_photo[src^='data:']" },
        { content: "done", trigger: ".o_service_damage_done", run: "click" },
        { content: "a marker stands there", trigger: `${PICTURE} .o_service_damage_marker` },
        { content: "tap another place by mistake", trigger: PICTURE, run: tapAt(10, 50) },
        {
            content: "change the mind",
            trigger: ".o_service_damage_panel .btn-close",
            run: "click",
        },
        field("sender_name", "Driver of Li", ".o_form_view"),
        {
            content: "let the customer sign",
            trigger: ".o_field_widget[name='checkin_signature'] .o_signature",
            run: "click",
        },
        {
            content: "a signature is drawn from the name",
            trigger: ".modal canvas.o_web_sign_signature",
            run: "canvasNotEmpty",
        },
        {
            content: "adopt the signature",
            trigger: ".modal footer button.btn-primary:contains('Adopt'):enabled",
            run: "click",
        },
        {
            content: "it stands on the sheet",
            trigger: ".o_field_widget[name='checkin_signature'] img.o_signature",
        },
        { content: "save", trigger: ".o_form_button_save", run: "click" },
        {
            content: "what was signed can no longer be changed",
            trigger: ".o_service_damage_map:not(:has(.o_service_damage_editable))",
        },
    ],
});
