import { deserializeDateTime, serializeDateTime } from "@web/core/l10n/dates";
import { Axis, HOUR, spent, stack } from "./board_geometry";

const { DateTime } = luxon;

const toInstant = (text) => (text ? deserializeDateTime(text).toMillis() : null);

/** What the server says of a booking, with instants. */
function readBar(data) {
    return {
        ...data,
        start: toInstant(data.start),
        stop: toInstant(data.stop),
        jobStart: toInstant(data.job_start),
        promised: toInstant(data.promised),
    };
}

const isSame = (one, two) => JSON.stringify(one) === JSON.stringify(two);

const readCard = (data) => ({ ...data, promised: toInstant(data.promised) });

/** Jobs stand in the order in which they are promised; those without a promise come last. */
function byPromise(one, two) {
    return (one.promised ?? Infinity) - (two.promised ?? Infinity) || one.id - two.id;
}

/**
 * What the board shows, and the only one who asks the server about it.
 *
 * Rows and bars are plain objects that are replaced and never changed: a component whose row is
 * still the same object has nothing to draw again.
 */
export class BoardModel {
    /** @param {Object} orm @param {Function} onChange called after every change */
    constructor(orm, onChange) {
        this.orm = orm;
        this.onChange = onChange;
        this.rows = [];
        this.cards = [];
        this.axis = null;
        this.undoStep = null;
        this.loads = 0;
    }

    call(method, ...args) {
        return this.orm.silent.call("service.board", method, args);
    }

    // ---- reading --------------------------------------------------------------------------

    /**
     * Read the days from `start` to `stop` for rows of one kind: ISO dates, both included; null
     * is today where the workshop is.
     */
    async load({ start, stop, kind, isSilent = false }) {
        const number = ++this.loads;
        const orm = isSilent ? this.orm.silent : this.orm;
        const data = await orm.call("service.board", "get_board", [
            start || false, stop || false, kind,
        ]);
        if (number !== this.loads) {
            return; // another day was chosen meanwhile
        }
        this.kind = kind;
        this.tz = data.tz;
        this.rights = data.rights;
        this.companyId = data.company_id;
        this.hiddenCards = data.hidden_cards;
        const segments = data.days.map((day) => ({
            date: day.date, start: toInstant(day.start), stop: toInstant(day.stop),
        }));
        const known = new Map(this.rows.map((row) => [row.id, row]));
        if (!isSame(segments, this.axis?.segments)) {
            this.axis = new Axis(segments);
            known.clear();
        }
        const bars = data.bookings.map(readBar);
        this.rows = data.rows.map((row) => {
            const works = row.works.map((pair) => pair.map(toInstant));
            const aways = row.aways.map((pair) => pair.map(toInstant));
            const own = bars.filter((bar) => bar.resource_id === row.id);
            const before = known.get(row.id);
            const { id, name, place } = row;
            const fresh = this.withBars({ id, name, place, works, aways }, own);
            return before?.key === fresh.key ? before : fresh;
        });
        this.cards = data.cards.map(readCard).sort(byPromise);
        this.onChange();
    }

    /** Read again what became of some jobs, for instance because somebody else moved them. */
    async refresh(jobIds) {
        const { loads } = this;
        const data = await this.call("get_jobs", jobIds, this.kind);
        if (loads === this.loads) {
            this.replace(jobIds, data);
        }
    }

    /** The row with these bars, and what follows from them. */
    withBars(row, unsorted) {
        const bars = [...unsorted].sort((one, two) => one.start - two.start || one.id - two.id);
        const { lanes, count, clashes } = stack(bars);
        const from = this.axis.start;
        const until = this.axis.stop;
        const works = row.works.map(([start, stop]) => ({ start, stop }));
        const working = spent(works, from, until) / HOUR;
        const booked = spent(bars, from, until) / HOUR;
        return {
            ...row, bars, lanes, clashes, lineCount: count, working, booked,
            load: working ? Math.round((100 * booked) / working) : null,
            key: JSON.stringify([row.name, row.place, row.works, row.aways, bars]),
        };
    }

    // ---- what is shown --------------------------------------------------------------------

    get totalLoad() {
        const working = this.rows.reduce((sum, row) => sum + row.working, 0);
        const booked = this.rows.reduce((sum, row) => sum + row.booked, 0);
        return working ? Math.round((100 * booked) / working) : 0;
    }

    findBar(id) {
        for (const row of this.rows) {
            const bar = row.bars.find((each) => each.id === id);
            if (bar) {
                return bar;
            }
        }
    }

    findCard(id) {
        return this.cards.find((card) => card.id === id);
    }

    barsOf(jobId) {
        return this.rows.flatMap((row) => row.bars.filter((bar) => bar.job_id === jobId));
    }

    /** Whether the user may insist on what the server refused. */
    canForce(error) {
        return this.rights.override && error.exceptionName === "odoo.exceptions.UserError";
    }

    // ---- changing -------------------------------------------------------------------------

    /** Put the answer of the server about some jobs in the place of what was shown of them. */
    replace(jobIds, data) {
        this.show(jobIds, data.bookings.map(readBar), data.cards.map(readCard));
    }

    /** Show these bars and cards for some jobs; rows in which nothing changes stay as they are. */
    show(jobIds, bars, cards) {
        const jobs = new Set(jobIds);
        this.rows = this.rows.map((row) => {
            const before = row.bars.filter((bar) => jobs.has(bar.job_id));
            const after = bars.filter((bar) => bar.resource_id === row.id);
            if (isSame(before, after)) {
                return row;
            }
            const merged = after.map((bar) => before.find((each) => isSame(each, bar)) || bar);
            const others = row.bars.filter((bar) => !jobs.has(bar.job_id));
            return this.withBars(row, [...others, ...merged]);
        });
        this.cards = [...this.cards.filter((card) => !jobs.has(card.id)), ...cards].sort(byPromise);
        this.onChange();
    }

    /**
     * Show the change at once, ask the server, and show what the server answers: its bars, or
     * those of before where it refuses.
     */
    async change(jobId, preview, method, args, undoStep) {
        const bars = this.barsOf(jobId);
        const cards = this.cards.filter((card) => card.id === jobId);
        this.show([jobId], preview.bars, preview.cards);
        try {
            this.replace([jobId], await this.call(method, jobId, ...args));
            this.undoStep = undoStep;
            this.onChange();
        } catch (error) {
            this.show([jobId], bars, cards);
            throw error;
        }
    }

    serialize(instant) {
        return serializeDateTime(DateTime.fromMillis(instant));
    }

    /** Plan a job that has no booking yet. */
    plan(card, resourceId, start, reason = false) {
        const stop = start + card.hours * HOUR;
        const bar = {
            ...card, id: -card.id, job_id: card.id, resource_id: resourceId, start, stop,
            jobStart: start, isPending: true,
        };
        return this.change(
            card.id, { bars: [bar], cards: [] }, "plan",
            [resourceId, this.serialize(start), this.kind, reason],
            () => this.unplan(card.id)
        );
    }

    /** Move the job of a bar, so that this bar starts at `start`, to another row or the same. */
    move(bar, resourceId, start, reason = false) {
        const delta = start - bar.start;
        const moved = (each) => ({
            ...each, start: each.start + delta, stop: each.stop + delta, isPending: true,
            resource_id: each.resource_id === bar.resource_id ? resourceId : each.resource_id,
        });
        const jobStart = bar.jobStart + delta;
        const back = { ...bar, resource_id: resourceId, start: jobStart, jobStart };
        return this.change(
            bar.job_id, { bars: this.barsOf(bar.job_id).map(moved), cards: [] }, "move",
            [bar.resource_id, resourceId, this.serialize(jobStart), this.kind, reason],
            () => this.move(back, bar.resource_id, bar.jobStart)
        );
    }

    /** Let the job of a bar end at `stop`. */
    resize(bar, stop, reason = false) {
        const resized = (each) => (each === bar ? { ...each, stop, isPending: true } : each);
        return this.change(
            bar.job_id, { bars: this.barsOf(bar.job_id).map(resized), cards: [] }, "resize",
            [bar.resource_id, this.serialize(stop), this.kind, reason],
            () => this.resize({ ...bar, stop }, bar.stop)
        );
    }

    /** Take the job off the board; it waits at the side again. */
    unplan(jobId) {
        const [bar] = this.barsOf(jobId);
        const again = bar && (() => this.plan(this.findCard(jobId), bar.resource_id, bar.jobStart));
        return this.change(jobId, { bars: [], cards: [] }, "unplan", [this.kind], again);
    }

    async undo() {
        const step = this.undoStep;
        this.undoStep = null;
        await step?.();
        this.undoStep = null;
    }
}
