import { onWillUnmount } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { useService } from "@web/core/utils/hooks";
import { setRecurringAnimationFrame } from "@web/core/utils/timing";
import { isInside, scrollAtEdge, useBoardDrag } from "./board_drag";
import { HOUR, QUARTER, snap } from "./board_geometry";
import { refusalOf, ServiceBoardRefusal } from "./board_refusal";
import { clock } from "./board_row";

/** What is dragged on a board, and where it would land. */
class Hands {
    constructor(board, popover) {
        Object.assign(this, { board, popover });
    }

    get model() {
        return this.board.model;
    }

    find(selector) {
        return this.board.root.el.querySelector(selector);
    }

    get ghost() {
        return this.find(".o_service_board_ghost");
    }

    // ---- one drag -------------------------------------------------------------------------

    start({ element, grab, x, y }, isResize) {
        this.hideRefusal();
        this.isResize = isResize;
        this.bar = this.model.findBar(Number(element.closest("[data-bar]")?.dataset.bar));
        this.card = this.model.findCard(Number(element.dataset.card));
        this.measure();
        this.grabbed = this.instantAt(grab.x);
        this.board.isDragging = true;
        this.follow({ x, y });
        const { scroller, box } = this;
        const onScroll = () => {
            this.scrolled = { x: scroller.scrollLeft, y: scroller.scrollTop };
            this.follow(this.pointer);
        };
        scroller.addEventListener("scroll", onScroll);
        const stopFrames = setRecurringAnimationFrame(() =>
            scrollAtEdge(scroller, box, this.pointer)
        );
        this.stopScrolling = () => {
            stopFrames();
            scroller.removeEventListener("scroll", onScroll);
        };
    }

    /** Read where everything is, once: reading between the moves makes the browser lay out. */
    measure() {
        this.scroller = this.find(".o_service_board_scroll");
        const head = this.find(".o_service_board_axis").getBoundingClientRect();
        const box = this.scroller.getBoundingClientRect();
        const names = this.find(".o_service_board_corner").getBoundingClientRect();
        const { clientWidth, clientHeight, scrollLeft, scrollTop } = this.scroller;
        this.box = {
            left: names.right, top: head.bottom,
            right: box.left + clientWidth, bottom: box.top + clientHeight,
        };
        this.side = this.find(".o_service_board_side");
        this.sideBox = this.side.getBoundingClientRect();
        this.scrolled = { x: scrollLeft, y: scrollTop };
        const tracks = this.board.root.el.querySelectorAll(".o_service_board_track");
        this.tracks = [...tracks].map((track) => {
            const { left, top, width, height } = track.getBoundingClientRect();
            const rowId = Number(track.parentElement.dataset.row);
            // in the content of the scroller, however it is scrolled
            return { rowId, left: left + scrollLeft, top: top + scrollTop, width, height };
        });
    }

    follow({ x, y }) {
        this.pointer = { x, y };
        this.target = this.findTarget(x, y);
        this.drawGhost();
    }

    stop() {
        this.stopScrolling?.();
        this.board.isDragging = false;
        this.side?.classList.remove("o_target");
        if (!this.isRefused) {
            this.hideGhost();
        }
        this.board.justDropped = true;
        browser.setTimeout(() => (this.board.justDropped = false));
    }

    async drop() {
        const { bar, card, target, isResize } = this;
        if (!target) {
            return;
        }
        const changes = {
            side: () => this.model.unplan(bar.job_id),
            plan: (reason) => this.model.plan(card, target.rowId, target.start, reason),
            move: (reason) => this.model.move(bar, target.rowId, target.start, reason),
            resize: (reason) => this.model.resize(bar, target.stop, reason),
        };
        const same = bar && target.rowId === bar.resource_id &&
            target.start === bar.start && target.stop === bar.stop;
        const name = target.isSide ? "side" : card ? "plan" : isResize ? "resize" : "move";
        if (!same) {
            await this.attempt(changes[name], this.place);
        }
    }

    /** Do it; where the server refuses, say so at the place. */
    async attempt(change, place, reason) {
        try {
            await change(reason);
        } catch (error) {
            const message = refusalOf(error);
            if (!message || this.board.isLeft) {
                throw error;
            }
            const mayForce = this.model.canForce(error) && !reason;
            const force = (why) => this.attempt(change, place, why);
            this.showRefusal(place, message, mayForce ? force : undefined);
        }
    }

    // ---- geometry -------------------------------------------------------------------------

    /** All tracks begin and end at the same places. */
    instantAt(x) {
        const { left, width } = this.tracks[0];
        return this.model.axis.instant((x + this.scrolled.x - left) / width);
    }

    findTarget(x, y) {
        if (isInside(this.sideBox, x, y)) {
            return this.bar && !this.isResize ? { isSide: true } : null;
        }
        const inContent = y + this.scrolled.y;
        const track = this.isResize
            ? this.tracks.find(({ rowId }) => rowId === this.bar.resource_id)
            : this.tracks.find(({ top, height }) => inContent >= top && inContent < top + height);
        return track && isInside(this.box, x, y) ? this.targetOn(track, this.instantAt(x)) : null;
    }

    targetOn(track, instant) {
        const { bar, card } = this;
        const { rowId } = track;
        if (card) {
            const start = Math.floor(instant / QUARTER) * QUARTER;
            return { track, rowId, start, stop: start + card.hours * HOUR };
        }
        const delta = instant - this.grabbed;
        if (this.isResize) {
            const stop = Math.max(snap(bar.stop + delta), snap(bar.start) + QUARTER);
            return { track, rowId, start: bar.start, stop };
        }
        const start = snap(bar.start + delta);
        return { track, rowId, start, stop: start + (bar.stop - bar.start) };
    }

    // ---- the ghost ------------------------------------------------------------------------

    drawGhost() {
        const { target, ghost } = this;
        this.side.classList.toggle("o_target", Boolean(target?.isSide));
        const place = target?.track && this.model.axis.place(target.start, target.stop);
        if (!place) {
            this.place = this.sideBox;
            return this.hideGhost();
        }
        const { left, top, width, height } = target.track;
        const { tz } = this.model;
        this.place = {
            left: left + place.left * width - this.scrolled.x, width: place.width * width,
            top: top - this.scrolled.y, height,
        };
        ghost.textContent = `${clock(target.start, tz)} – ${clock(target.stop, tz)}`;
        this.putGhost(this.place);
        ghost.classList.remove("d-none", "o_refused");
    }

    putGhost({ left, top, width, height }) {
        Object.assign(this.ghost.style, {
            left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px`,
        });
    }

    hideGhost() {
        this.ghost?.classList.add("d-none");
    }

    showRefusal(place, message, onForce) {
        const { ghost } = this;
        ghost.classList.remove("d-none");
        ghost.classList.add("o_refused");
        this.putGhost(place);
        this.isRefused = true;
        this.closeRefusal = this.popover.add(
            ghost, ServiceBoardRefusal, { message, onForce },
            {
                onClose: () => {
                    this.isRefused = false;
                    this.hideGhost();
                },
            }
        );
    }

    hideRefusal() {
        this.closeRefusal?.();
        this.closeRefusal = null;
    }
}

/** Let bars and waiting jobs of a board be dragged. */
export function useBoardHands(board) {
    const hands = new Hands(board, useService("popover"));
    const handlers = {
        ref: board.root,
        tolerance: 4,
        enable: () => Boolean(board.model.rights?.move) && !board.env.isSmall,
        onDrag: (params) => hands.follow(params),
        onDragEnd: () => hands.stop(),
        onDrop: () => hands.drop(),
    };
    useBoardDrag({
        ...handlers,
        elements: ".o_service_board_bar.o_movable, .o_service_board_card",
        ignore: ".o_service_board_handle",
        cursor: "grabbing",
        onDragStart: (params) => hands.start(params, false),
    });
    useBoardDrag({
        ...handlers,
        elements: ".o_movable .o_service_board_handle",
        cursor: "ew-resize",
        onDragStart: (params) => hands.start(params, true),
    });
    onWillUnmount(() => {
        hands.stopScrolling?.();
        hands.hideRefusal();
    });
}
