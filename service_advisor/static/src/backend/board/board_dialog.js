import { Component, useState } from "@odoo/owl";
import { toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { Dialog } from "@web/core/dialog/dialog";
import { refusalOf, ServiceBoardRefusal } from "./board_refusal";
import { risksOf } from "./board_row";
import { HOUR, QUARTER, snap } from "./board_geometry";

const { DateTime } = luxon;
const INPUT = "yyyy-MM-dd'T'HH:mm";

/** One job of the board in a dialog: what it is, and where and when it is planned. */
export class ServiceBoardDialog extends Component {
    static template = "service_advisor.BoardDialog";
    static components = { Dialog, ServiceBoardRefusal };
    static props = {
        model: Object,
        bar: { type: Object, optional: true }, // one of both
        card: { type: Object, optional: true },
        start: Number,
        onOpenOrder: Function,
        close: Function,
    };

    setup() {
        const { bar, model, start } = this.props;
        const first = model.rows.find((row) => row.working) || model.rows[0];
        this.state = useState({
            start: this.toInput(bar ? bar.start : start),
            stop: bar ? this.toInput(bar.stop) : "",
            resourceId: bar ? bar.resource_id : first?.id,
            refusal: null,
            isBusy: false,
        });
        this.step = QUARTER / 1000;
    }

    toInput(instant) {
        return DateTime.fromMillis(instant, { zone: this.props.model.tz }).toFormat(INPUT);
    }

    toInstant(text) {
        return snap(DateTime.fromISO(text, { zone: this.props.model.tz }).toMillis());
    }

    get job() {
        return this.props.bar || this.props.card;
    }

    get title() {
        return `${this.job.plate} · ${this.job.job}`;
    }

    get canMove() {
        const { bar, model } = this.props;
        return model.rights.move && (!bar || bar.is_movable);
    }

    /** The end follows the start; it is changed by itself only. */
    get hasMoved() {
        const { bar } = this.props;
        const { start, resourceId } = this.state;
        return this.toInput(bar.start) !== start || bar.resource_id !== Number(resourceId);
    }

    get promise() {
        const { promised } = this.job;
        const { tz } = this.props.model;
        const moment = promised && DateTime.fromMillis(promised, { zone: tz });
        return moment && toLocaleDateTimeString(moment, { tz });
    }

    get risks() {
        const { bar, model } = this.props;
        const row = model.rows.find((each) => each.id === bar?.resource_id);
        return bar ? risksOf(bar, row.clashes.has(bar)) : [];
    }

    get kindLabel() {
        const labels = { technician: _t("Technician"), bay: _t("Bay"), tool: _t("Tool") };
        return labels[this.props.model.kind];
    }

    get hours() {
        const { bar, card } = this.props;
        return Math.round(100 * (bar ? (bar.stop - bar.start) / HOUR : card.hours)) / 100;
    }

    /** Run a change of the model and close, or say why it was refused. */
    async attempt(change, reason) {
        Object.assign(this.state, { refusal: null, isBusy: true });
        try {
            await change(reason);
            this.props.close();
        } catch (error) {
            const message = refusalOf(error);
            if (!message) {
                throw error;
            }
            const canForce = this.props.model.canForce(error) && !reason;
            this.state.refusal = {
                message,
                onForce: canForce ? (why) => this.attempt(change, why) : undefined,
            };
        } finally {
            this.state.isBusy = false;
        }
    }

    save() {
        const { bar, card, model } = this.props;
        const start = this.toInstant(this.state.start);
        const resourceId = Number(this.state.resourceId);
        if (card) {
            return this.attempt((reason) => model.plan(card, resourceId, start, reason));
        }
        if (!this.hasMoved) {
            const stop = this.toInstant(this.state.stop);
            return this.attempt((reason) => model.resize(bar, stop, reason));
        }
        return this.attempt((reason) => model.move(bar, resourceId, start, reason));
    }

    unplan() {
        return this.attempt(() => this.props.model.unplan(this.props.bar.job_id));
    }

    openOrder() {
        this.props.close();
        this.props.onOpenOrder(this.job.order_id);
    }
}
