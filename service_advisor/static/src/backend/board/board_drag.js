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

/** Scroll `scroller` where the pointer comes near its edge; tells whether it scrolled. */
export function scrollAtEdge(scroller, box, { x, y }) {
    const before = [scroller.scrollLeft, scroller.scrollTop];
    const inside = x > box.left && x < box.right && y > box.top && y < box.bottom;
    if (inside) {
        const pull = (near, far) => (near < EDGE ? -STEP : far < EDGE ? STEP : 0);
        scroller.scrollBy({
            left: pull(x - box.left, box.right - x), top: pull(y - box.top, box.bottom - y),
        });
    }
    return scroller.scrollLeft !== before[0] || scroller.scrollTop !== before[1];
}
