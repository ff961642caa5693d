import { Component, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { isBinarySize } from "@web/core/utils/binary";
import { imageUrl } from "@web/core/utils/urls";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { readPhoto } from "./photo";

const CURSOR_STEP = 2;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const clamp = (value) => Math.min(Math.max(value, 0.1), 99.9);

/**
 * The walk-round on a picture of the car: tap where the damage is, tap what it is, take a photo.
 * Where on the car a point lies is the server's to say (`service.damage` computes the place).
 */
export class ServiceDamageMap extends Component {
    static template = "service_advisor.DamageMap";
    static props = { ...standardFieldProps };

    setup() {
        this.notification = useService("notification");
        this.picture = useRef("picture");
        // The point that was tapped and has no kind yet; the damage whose details are shown.
        this.state = useState({ point: null, openId: null, cursor: null });
    }

    get list() {
        return this.props.record.data[this.props.name];
    }

    get kinds() {
        return this.list.fields.kind.selection;
    }

    get places() {
        return this.list.fields.place.selection;
    }

    get views() {
        const labels = Object.fromEntries(this.places);
        return ["right", "left", "front", "rear"].map((place) => [place, labels[place]]);
    }

    get damages() {
        return this.list.records.map((record, index) => ({
            record,
            id: record.id,
            number: index + 1,
            onPicture: Boolean(record.data.pos_x || record.data.pos_y),
            style: `left: ${record.data.pos_x}%; top: ${record.data.pos_y}%;`,
            label: this.describe(record),
            note: record.data.note,
            photo: this.photoUrl(record),
        }));
    }

    get pictureLabel() {
        return this.props.readonly
            ? _t("Picture of the car with the damages noted")
            : _t("Picture of the car: arrow keys move the cursor, Enter notes a damage");
    }

    get open() {
        return this.damages.find((damage) => damage.id === this.state.openId);
    }

    describe({ data }) {
        const labels = Object.fromEntries([...this.kinds, ...this.places]);
        return [data.kind, data.place].map((key) => labels[key]).filter(Boolean).join(", ");
    }

    photoUrl(record) {
        const photo = record.data.photo;
        if (!photo) {
            return "";
        }
        if (isBinarySize(photo)) {
            return imageUrl(record.resModel, record.resId, "photo", {
                unique: record.data.write_date,
            });
        }
        return `data:image/jpeg;base64,${photo}`;
    }

    pointStyle([x, y]) {
        return `left: ${x}%; top: ${y}%;`;
    }

    // ---- the picture ----------------------------------------------------------------------

    onTap(ev) {
        if (this.props.readonly) {
            return;
        }
        const box = this.picture.el.getBoundingClientRect();
        this.startAt([
            clamp((100 * (ev.clientX - box.left)) / box.width),
            clamp((100 * (ev.clientY - box.top)) / box.height),
        ]);
    }

    onKeydown(ev) {
        if (this.props.readonly || ev.target !== this.picture.el) {
            return;
        }
        const [x, y] = this.state.cursor || [50, 50];
        if (ev.key in ARROWS) {
            const [dx, dy] = ARROWS[ev.key];
            this.state.cursor = [clamp(x + dx * CURSOR_STEP), clamp(y + dy * CURSOR_STEP)];
        } else if (ev.key === "Enter" || ev.key === " ") {
            this.startAt([x, y]);
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    startAt(point) {
        this.state.openId = null;
        this.state.point = point.map((value) => Math.round(value * 10) / 10);
    }

    startInside() {
        this.startAt([0, 0]);
    }

    toggle(damage) {
        this.state.point = null;
        this.state.openId = this.state.openId === damage.id ? null : damage.id;
    }

    close() {
        Object.assign(this.state, { point: null, openId: null, cursor: null });
    }

    // ---- the damage -----------------------------------------------------------------------

    async addKind(kind) {
        const [x, y] = this.state.point;
        this.state.point = null;
        const record = await this.list.addNewRecord({
            position: "bottom",
            context: { default_pos_x: x, default_pos_y: y, default_kind: kind },
        });
        this.state.cursor = null;
        this.state.openId = record.id;
    }

    change(values) {
        return this.open?.record.update(values);
    }

    async onPhoto(ev) {
        const [file] = ev.target.files;
        // Another damage may be open by the time the photo is read.
        const { record } = this.open;
        ev.target.value = "";
        if (!file) {
            return;
        }
        try {
            await record.update({ photo: await readPhoto(file) });
        } catch {
            this.notification.add(
                _t("%s is no picture that can be shown. Take a photo once more.", file.name),
                { type: "danger" }
            );
        }
    }

    async remove() {
        const { record } = this.open;
        this.close();
        await this.list.delete(record);
    }
}

registry.category("fields").add("service_damage_map", {
    component: ServiceDamageMap,
    supportedTypes: ["one2many"],
    isEmpty: () => false,
});
