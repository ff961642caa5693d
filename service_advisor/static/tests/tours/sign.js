/** R2.6: the customer signs for the car, in the dialog of the hand-over. */

/** Steps from the open dialog to the delivered order; the paper comes out of the printer. */
export function signForTheCar(oldParts) {
    const dialog = (name) => `.modal .o_field_widget[name='${name}']`;
    return [
        {
            content: "the customer says who takes the old parts",
            trigger: `${dialog("old_parts")} .o_radio_item:contains('${oldParts}') input`,
            run: "click",
        },
        {
            content: "read the odometer once more",
            trigger: `${dialog("odometer_out")} input`,
            run: "edit 50003",
        },
        {
            content: "let the customer sign",
            trigger: `${dialog("signature")} .o_signature`,
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
            content: "it stands in the dialog",
            trigger: `${dialog("signature")} img.o_signature`,
        },
        {
            content: "hand over",
            trigger: ".modal footer button[name='action_confirm']:enabled",
            run: "click",
        },
        {
            content: "the car has left, and its confirmation is printed",
            trigger: ".o_statusbar_status button.o_arrow_button_current:contains('Delivered')",
        },
    ];
}
