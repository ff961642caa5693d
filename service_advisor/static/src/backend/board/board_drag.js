import { makeDraggableHook } from "@web/core/utils/draggable_hook_builder_owl";
import { pick } from "@web/core/utils/objects";

/**
 * Dragging on the board: what is dragged stays where it is, a ghost shows where it would land.
 * Handlers get the `element`, the pointer (`x`, `y`) and where it was taken (`grab`).
 */
export const useBoardDrag = makeDraggableHook({
    name: "useBoardDrag",
    onComputeParams({ ctx }) {
        ctx.followCursor = false;
        // The board scrolls itself: the hook knows only what is around its root.
        ctx.edgeScrolling.enabled = false;
    },
    onWillStartDrag: ({ ctx }) => pick(ctx.current, "element"),
    onDragStart: ({ ctx }) => ({
        element: ctx.current.element, grab: { ...ctx.current.initialPosition },
    }),
    onDrag: ({ ctx }) => pick(ctx.current, "element"),
    onDragEnd: ({ ctx }) => pick(ctx.current, "element"),
    onDrop: ({ ctx }) => pick(ctx.current, "element"),
});

const EDGE = 30;
const STEP = 12;

/** Scroll `scroller` where the pointer comes near the edge of `box`, what it shows of the rows. */
export function scrollAtEdge(scroller, box, { x, y }) {
    const pull = (near, far) => (near < EDGE ? -STEP : far < EDGE ? STEP : 0);
    const left = pull(x - box.left, box.right - x);
    const top = pull(y - box.top, box.bottom - y);
    if (isInside(box, x, y) && (left || top)) {
        scroller.scrollBy({ left, top });
    }
}

export function isInside(box, x, y) {
    return x > box.left && x < box.right && y > box.top && y < box.bottom;
}
