import { Component, onMounted, onWillStart, onWillUnmount, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { debounce } from "@web/core/utils/timing";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { ServiceBoardDialog } from "./board_dialog";
import { useBoardHands } from "./board_hands";
import { QUARTER, snap, ticks } from "./board_geometry";
import { BoardModel } from "./board_model";
import { refusalOf } from "./board_refusal";
import { clock, risksOf, ServiceBoardRow, shortPromise } from "./board_row";

const { DateTime } = luxon;
const MINUTE = 60000;

/** The loading board: who works on what and when, to see and to drag. */
export class ServiceBoard extends Component {
    static template = "service_advisor.Board";
    static components = { Layout, ServiceBoardRow };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.root = useRef("root");
        this.model = new BoardModel(useService("orm"), () => this.state.version++);
        const kept = this.props.state || {};
        this.state = useState({
            version: 0, // of the model: the board is drawn again when it changes
            kind: kept.kind || "technician",
            scale: kept.scale || "day",
            day: kept.day || null, // ISO date in the time of the workshop; null is today
            now: Date.now(),
        });
        useSetupAction({
            getLocalState: () => ({
                kind: this.state.kind, scale: this.state.scale, day: this.state.day,
            }),
        });
        useBoardHands(this);
        this.useLive();
        onWillStart(() => this.load());
    }

    /** Follow what others do, and the clock. */
    useLive() {
        const bus = useService("bus_service");
        const changed = new Set();
        const refresh = debounce(async () => {
            const jobs = [...changed];
            changed.clear();
            if (jobs.length && !this.isLeft) {
                await this.model.refresh(jobs);
            }
        }, 200);
        const onBoard = ({ job_ids, company_id }) => {
            if (company_id === this.model.companyId) {
                job_ids.forEach((id) => changed.add(id));
                refresh();
            }
        };
        let channel, timer;
        onMounted(() => {
            channel = `service_advisor.board_${this.model.companyId}`;
            bus.addChannel(channel);
            bus.subscribe("service_advisor.board", onBoard);
            timer = browser.setInterval(() => this.onMinute(), MINUTE);
        });
        onWillUnmount(() => {
            this.isLeft = true;
            refresh.cancel();
            browser.clearInterval(timer);
            bus.unsubscribe("service_advisor.board", onBoard);
            bus.deleteChannel(channel);
        });
    }

    onMinute() {
        this.state.now = Date.now();
        // What waits at the side changes by steps that no booking tells of.
        if (!document.hidden && !this.isDragging) {
            this.load(true);
        }
    }

    // ---- what is shown --------------------------------------------------------------------

    get day() {
        const zone = this.model.tz || "local";
        return this.state.day
            ? DateTime.fromISO(this.state.day, { zone })
            : DateTime.fromMillis(this.state.now, { zone }).startOf("day");
    }

    get isWeek() {
        return this.state.scale === "week" && !this.env.isSmall;
    }

    get title() {
        const { day } = this;
        if (!this.isWeek) {
            return day.toLocaleString({ weekday: "long", day: "numeric", month: "long" });
        }
        const start = day.startOf("week");
        const span = [start, start.plus({ days: 6 })];
        const label = span.map((each) => each.toLocaleString({ day: "numeric", month: "short" }));
        return _t("Week %(number)s, %(days)s", {
            number: start.weekNumber, days: label.join(" – "),
        });
    }

    get kinds() {
        return [["technician", _t("Technicians")], ["bay", _t("Bays")], ["tool", _t("Tools")]];
    }

    get kindLabel() {
        return new Map(this.kinds).get(this.state.kind);
    }

    get now() {
        const { axis } = this.model;
        return axis.shows(this.state.now) ? axis.fraction(this.state.now) : null;
    }

    /** The head of the columns: hours of the day, or days of the week. */
    get columns() {
        const { axis, tz } = this.model;
        const today = DateTime.fromMillis(this.state.now, { zone: tz });
        if (this.isWeek) {
            return axis.segments.map(({ start, date }, index) => {
                const day = DateTime.fromMillis(start, { zone: tz });
                return {
                    key: date, left: `${100 * index * axis.share}%`, width: `${100 * axis.share}%`,
                    label: day.toLocaleString({ weekday: "short", day: "numeric" }),
                    isToday: day.hasSame(today, "day"), day: date,
                };
            });
        }
        return axis.segments.flatMap((segment) => ticks(segment).map((instant) => ({
            key: instant, left: `${100 * axis.fraction(instant)}%`, label: clock(instant, tz),
            width: `${100 * axis.width(4 * QUARTER, instant)}%`,
        })));
    }

    /** Lines of the grid as backgrounds: quarters and hours of a day, or days of a week. */
    get gridStyle() {
        const { segments } = this.model.axis;
        const quarters = (segments[0].stop - segments[0].start) / QUARTER;
        const [fine, strong] = this.isWeek
            ? [2 * segments.length, segments.length] : [quarters, quarters / 4];
        const widths = { fine: 100 / fine, strong: 100 / strong };
        return Object.entries(widths)
            .map(([name, width]) => `--o-service-board-${name}: ${width}%;`)
            .join(" ");
    }

    promiseOf(card) {
        return card.promised && shortPromise(card.promised, this.state.now, this.model.tz);
    }

    risksOf(bar, clashes) {
        return risksOf(bar, clashes);
    }

    timesOf(bar) {
        return [bar.start, bar.stop].map((instant) => clock(instant, this.model.tz)).join(" – ");
    }

    // ---- what is done ---------------------------------------------------------------------

    load(isSilent = false) {
        const { day, kind } = this.state;
        if (!this.isWeek) {
            return this.model.load({ start: day, stop: day, kind, isSilent });
        }
        const start = this.day.startOf("week");
        const [monday, sunday] = [start, start.plus({ days: 6 })].map((each) => each.toISODate());
        return this.model.load({ start: monday, stop: sunday, kind, isSilent });
    }

    show(changes) {
        Object.assign(this.state, changes);
        return this.load();
    }

    showDay(day) {
        return this.show({ day, scale: "day" });
    }

    step(direction) {
        const { day } = this;
        const next = day.plus(this.isWeek ? { weeks: direction } : { days: direction });
        return this.show({ day: next.toISODate() });
    }

    /** Open the dialog of what was clicked. */
    onClick(ev) {
        if (this.justDropped) {
            return;
        }
        const bar = ev.target.closest("[data-bar]");
        const card = ev.target.closest("[data-card]");
        if (bar) {
            this.openDialog({ bar: this.model.findBar(Number(bar.dataset.bar)) });
        } else if (card) {
            this.openDialog({ card: this.model.findCard(Number(card.dataset.card)) });
        }
    }

    onKeydown(ev) {
        if (["Enter", " "].includes(ev.key) && ev.target.matches("[data-bar], [data-card]")) {
            ev.preventDefault();
            this.onClick(ev);
        }
    }

    openDialog(subject) {
        if (!subject.bar && !subject.card) {
            return;
        }
        const { axis } = this.model;
        const soon = snap(this.state.now + QUARTER);
        const start = axis.shows(soon) ? soon : axis.start;
        this.dialog.add(ServiceBoardDialog, {
            ...subject, start, model: this.model, onOpenOrder: (id) => this.openOrder(id),
        });
    }

    async undo() {
        try {
            await this.model.undo();
        } catch (error) {
            const message = refusalOf(error);
            if (!message) {
                throw error;
            }
            this.notification.add(message, { type: "danger" });
        }
    }

    openOrder(id) {
        return this.action.doAction({
            type: "ir.actions.act_window", res_model: "service.order", res_id: id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("service_advisor.board", ServiceBoard);
