import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { isBinarySize } from "@web/core/utils/binary";
import { useService } from "@web/core/utils/hooks";
import { imageUrl } from "@web/core/utils/urls";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { readPhoto } from "./photo";

/** A photo with one big button that opens the camera of a phone, for dirty hands. */
export class ServicePhotoField extends Component {
    static template = "service_advisor.PhotoField";
    static props = { ...standardFieldProps };

    setup() {
        this.notification = useService("notification");
    }

    get url() {
        const { record, name } = this.props;
        const photo = record.data[name];
        if (!photo) {
            return "";
        }
        return isBinarySize(photo)
            ? imageUrl(record.resModel, record.resId, name, { unique: record.data.write_date })
            : `data:image/jpeg;base64,${photo}`;
    }

    async onPhoto(ev) {
        const [file] = ev.target.files;
        ev.target.value = "";
        if (!file) {
            return;
        }
        try {
            await this.props.record.update({ [this.props.name]: await readPhoto(file) });
        } catch {
            this.notification.add(
                _t("%s is no picture that can be shown. Take a photo once more.", file.name),
                { type: "danger" }
            );
        }
    }

    remove() {
        return this.props.record.update({ [this.props.name]: false });
    }
}

registry.category("fields").add("service_photo", {
    component: ServicePhotoField,
    supportedTypes: ["binary"],
    isEmpty: () => false,
    fieldDependencies: [{ name: "write_date", type: "datetime" }],
});
