import { Component } from "@odoo/owl";
import { toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { placeStyle, shade } from "./board_geometry";

const { DateTime } = luxon;
const LANE = 44;
const GAP = 3;

export const clock = (instant, tz) => DateTime.fromMillis(instant, { zone: tz }).toFormat("HH:mm");

/** The promise in few letters: the time, and the day where it is another one. */
export function shortPromise(promised, day, tz) {
    const moment = DateTime.fromMillis(promised, { zone: tz });
    return moment.toFormat(
        moment.hasSame(DateTime.fromMillis(day, { zone: tz }), "day") ? "HH:mm" : "ccc d HH:mm"
    );
}

/** Why a bar is coloured, in words; an empty list where nothing is wrong. */
export function risksOf(bar, clashes) {
    const risks = [];
    if (bar.is_late) {
        risks.push(_t("Ends after the promise to the customer."));
    }
    if (clashes) {
        risks.push(_t("Another job is booked at the same time."));
    }
    if (bar.conflict) {
        risks.push(bar.conflict);
    }
    if (bar.override) {
        risks.push(_t("Booked anyway: %s", bar.override));
    }
    return risks;
}

/** One booking; drawn again only when it is another object. */
export class ServiceBoardBar extends Component {
    static template = "service_advisor.BoardBar";
    static props = { bar: Object, axis: Object, tz: String, lane: Number, clashes: Boolean };

    get style() {
        const { bar, axis, lane } = this.props;
        const place = axis.place(bar.start, bar.stop);
        const top = `top: ${lane * LANE + GAP}px; height: ${LANE - 2 * GAP}px;`;
        return place && `${placeStyle(place)} ${top}`;
    }

    get classes() {
        const { bar, axis } = this.props;
        return {
            o_movable: bar.is_movable && !bar.isPending,
            o_pending: bar.isPending,
            o_done: bar.is_done,
            o_late: bar.is_late,
            o_warned: !bar.is_late && this.isWarned,
            o_began_before: bar.start < axis.start,
            o_goes_on: bar.stop > axis.stop,
        };
    }

    get isWarned() {
        const { bar, clashes } = this.props;
        return Boolean(clashes || bar.override || bar.conflict);
    }

    get second() {
        const { bar, tz } = this.props;
        const promise = bar.promised && _t("until %s", shortPromise(bar.promised, bar.start, tz));
        return [bar.order, promise, bar.with].filter(Boolean).join(" · ");
    }

    get title() {
        const { bar, tz, clashes } = this.props;
        const zone = DateTime.fromMillis(bar.promised || 0, { zone: tz });
        return [
            `${bar.plate} · ${bar.job}`,
            `${clock(bar.start, tz)} – ${clock(bar.stop, tz)} · ${bar.order}`,
            bar.with,
            bar.promised && _t("Promised %s", toLocaleDateTimeString(zone, { tz })),
            bar.is_running && _t("Being worked on"),
            ...risksOf(bar, clashes),
        ].filter(Boolean).join("\n");
    }
}

/** One technician, bay or tool with its bookings. */
export class ServiceBoardRow extends Component {
    static template = "service_advisor.BoardRow";
    static components = { ServiceBoardBar };
    static props = { row: Object, axis: Object, tz: String };

    get trackStyle() {
        const { row, axis } = this.props;
        const off = shade(axis, row.works, "var(--o-service-board-off)");
        return `height: ${row.lineCount * LANE}px; --o-service-board-works: ${off};`;
    }

    get bars() {
        const { row, axis } = this.props;
        return row.bars.filter((bar) => axis.place(bar.start, bar.stop));
    }

    get aways() {
        const { row, axis } = this.props;
        return row.aways
            .map(([start, stop]) => axis.place(start, stop))
            .filter(Boolean)
            .map(placeStyle);
    }
}
