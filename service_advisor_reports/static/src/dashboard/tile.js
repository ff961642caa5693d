import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatChange, formatFigure, LIGHTS } from "./figures";

/** One key figure: value, target, light, change, and the records that it opens. */
export class ServiceTile extends Component {
    static template = "service_advisor_reports.Tile";
    static props = { tile: Object, currencyId: [Number, Boolean], onOpen: Function };

    get tile() {
        return this.props.tile;
    }

    get light() {
        return LIGHTS[this.tile.light];
    }

    get hasData() {
        return this.tile.value !== null;
    }

    /** What can not be read off the figure is no change. */
    get hasChanged() {
        return this.tile.change !== null && Math.abs(this.tile.change) >= 0.05;
    }

    get better() {
        return _t("better");
    }

    get worse() {
        return _t("worse");
    }

    /** A share of records: so many of so many, and those that are missing. */
    get isShare() {
        return this.tile.unit === "percent" && this.hasData && this.tile.is_of_records;
    }

    get missed() {
        return this.tile.denominator - this.tile.numerator;
    }

    get goodTitle() {
        return _t("%s: good ones", this.tile.name);
    }

    format(value) {
        return formatFigure(value, this.tile.unit, this.props.currencyId);
    }

    formatChange(value) {
        return formatChange(value, this.tile.unit, this.props.currencyId);
    }

    formatCount(value) {
        return formatFigure(value, "number");
    }

    formatShare(value) {
        return formatFigure(value, "percent");
    }
}
