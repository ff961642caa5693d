/**
 * Time on the board, as pure arithmetic over instants (milliseconds since the epoch).
 *
 * What is shown is a list of segments, each the stretch of one day: `{start, stop}`. All of them
 * are equally wide, and inside one a minute is a minute: a day that lost an hour to summer time
 * has fewer of them, and none is drawn that does not exist.
 */
export const QUARTER = 15 * 60 * 1000;
export const HOUR = 60 * 60 * 1000;

/** Time zones differ by whole quarters, so a quarter of the epoch is one of every wall clock. */
export function snap(instant, step = QUARTER) {
    return Math.round(instant / step) * step;
}

export class Axis {
    /** @param {{start: number, stop: number}[]} segments in their order, not overlapping */
    constructor(segments) {
        this.segments = segments;
        this.share = 1 / segments.length;
    }

    get start() {
        return this.segments[0].start;
    }

    get stop() {
        return this.segments[this.segments.length - 1].stop;
    }

    /** Where `instant` stands, from 0 to 1; hidden time stands at the edge that is next to it. */
    fraction(instant) {
        for (const [index, { start, stop }] of this.segments.entries()) {
            if (instant < stop) {
                const inside = Math.max(instant - start, 0) / (stop - start);
                return (index + inside) * this.share;
            }
        }
        return 1;
    }

    /** The instant that stands at `fraction`. */
    instant(fraction) {
        const place = Math.min(Math.max(fraction, 0), 1) / this.share;
        const index = Math.min(Math.floor(place), this.segments.length - 1);
        const { start, stop } = this.segments[index];
        return start + (place - index) * (stop - start);
    }

    /** The share of the width that `duration` takes around `instant`. */
    width(duration, instant) {
        const segment = this.segments.find(({ stop }) => instant < stop) || this.segments.at(-1);
        return (duration / (segment.stop - segment.start)) * this.share;
    }

    /** Where a stretch stands: `{left, width}` from 0 to 1, or null where nothing is shown. */
    place(start, stop) {
        const left = this.fraction(start);
        const right = this.fraction(stop);
        return right > left ? { left, width: right - left } : null;
    }

    shows(instant) {
        return this.segments.some(({ start, stop }) => start <= instant && instant < stop);
    }
}

/** The whole hours of a segment, the first one included: segments begin at one. */
export function ticks({ start, stop }, step = HOUR) {
    const found = [];
    for (let instant = start; instant < stop; instant += step) {
        found.push(instant);
    }
    return found;
}

const percent = (fraction) => `${(100 * fraction).toFixed(3)}%`;

export function placeStyle(place) {
    return `left: ${percent(place.left)}; width: ${percent(place.width)};`;
}

/**
 * One background that shades the time outside `works`, so that no cell needs an element.
 *
 * @param {[number, number][]} works instants of working time, in their order
 */
export function shade(axis, works, color) {
    const stops = [];
    let edge = 0;
    const cover = (until) => {
        if (until > edge) {
            stops.push(`${color} ${percent(edge)} ${percent(until)}`);
        }
    };
    for (const [start, stop] of works) {
        const place = axis.place(start, stop);
        if (place) {
            cover(place.left);
            edge = Math.max(edge, place.left + place.width);
            stops.push(`transparent ${percent(place.left)} ${percent(edge)}`);
        }
    }
    cover(1);
    return stops.length ? `linear-gradient(to right, ${stops.join(", ")})` : "none";
}

/**
 * Bars that overlap stand below each other.
 *
 * @param {{id: number, start: number, stop: number}[]} bars of one row
 * @returns {{lanes: Map, count: number, clashes: Set}} the lane of each bar, from 0; how many
 *  there are; the bars that overlap another one
 */
export function stack(bars) {
    const lanes = new Map();
    const clashes = new Set();
    const last = [];
    for (const bar of [...bars].sort((one, two) => one.start - two.start || one.id - two.id)) {
        for (const other of last.filter(({ stop }) => stop > bar.start)) {
            clashes.add(bar).add(other);
        }
        const free = last.findIndex(({ stop }) => stop <= bar.start);
        const lane = free < 0 ? last.length : free;
        last[lane] = bar;
        lanes.set(bar, lane);
    }
    return { lanes, count: Math.max(last.length, 1), clashes };
}

function overlap(start, stop, from, until) {
    return Math.max(Math.min(stop, until) - Math.max(start, from), 0);
}

/** Milliseconds of `stretches` (objects with start and stop) between two instants. */
export function spent(stretches, from, until) {
    return stretches.reduce((sum, { start, stop }) => sum + overlap(start, stop, from, until), 0);
}
