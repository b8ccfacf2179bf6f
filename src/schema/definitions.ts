import { shapeKey } from "./shape/combine.ts";
import { UNKNOWN, type Shape, type ShapeDefinition, type ShapeDocs } from "./shape/shape.ts";
import { boundChoices, type SettledShapes } from "./shape/choice-bounds.ts";
import { heightOf, mapDirectReferences, mapReferences, referencesOf } from "./shape/shape-tree.ts";

/** A definition while the schema is still being read. */
export interface DraftDefinition {
  readonly id: number;
  readonly name: string;
  readonly docs: ShapeDocs;
  shape: Shape;
}

/** A definition used more than once is repeated in place while it is at most this long. */
const MAX_INLINE = 120;
const MAX_INLINE_HEIGHT = 24;

/**
 * Decides which definitions keep a name: those that contain themselves, and long ones used twice. The rest is put in
 * place, and what the root does not reach is dropped.
 */
export function settleDefinitions(root: Shape, drafts: readonly DraftDefinition[]): SettledShapes {
  breakEmptyCycles(drafts);
  const uses = countUses(root, drafts);
  const named = findCyclic(drafts);
  const inlined = new Map<number, { shape: Shape; height: number }>();
  const place = (shape: Shape): { shape: Shape; height: number } => {
    let tallest = 0;
    const placed = mapReferences(shape, (id) => {
      const draft = drafts[id];
      if (draft === undefined || named.has(id)) return { kind: "reference", id };
      const inner = inlined.get(id) ?? place(draft.shape);
      inlined.set(id, inner);
      const long = (uses.get(id) ?? 0) > 1 && shapeKey(inner.shape).length > MAX_INLINE;
      if (long || inner.height >= MAX_INLINE_HEIGHT) {
        named.add(id);
        return { kind: "reference", id };
      }
      tallest = Math.max(tallest, inner.height);
      return inner.shape;
    });
    return { shape: placed, height: tallest + heightOf(placed) };
  };
  const settled = place(root).shape;
  return boundChoices({ root: settled, definitions: reachable(settled, drafts, place) });
}

function reachable(
  root: Shape,
  drafts: readonly DraftDefinition[],
  place: (shape: Shape) => { shape: Shape },
): ShapeDefinition[] {
  const found = new Map<number, ShapeDefinition>();
  const pending = [...referencesOf(root)];
  for (let id = pending.shift(); id !== undefined; id = pending.shift()) {
    const draft = drafts[id];
    if (draft === undefined || found.has(id)) continue;
    const { shape } = place(draft.shape);
    found.set(id, { id, name: draft.name, docs: draft.docs, shape });
    pending.push(...referencesOf(shape));
  }
  return [...found.values()];
}

/** A definition that is nothing but itself (`A = A | B`) has no type; such references become `unknown`. */
function breakEmptyCycles(drafts: readonly DraftDefinition[]): void {
  const direct = (shape: Shape): number[] => [...referencesOf(shape, false)];
  const cyclic = cyclesOf(drafts.map((draft) => direct(draft.shape)));
  for (const draft of drafts) {
    if (cyclic.has(draft.id)) {
      draft.shape = mapDirectReferences(draft.shape, (id) => (cyclic.has(id) ? UNKNOWN : { kind: "reference", id }));
    }
  }
}

function findCyclic(drafts: readonly DraftDefinition[]): Set<number> {
  return cyclesOf(drafts.map((draft) => [...referencesOf(draft.shape)]));
}

/** The nodes that can reach themselves, by Tarjan's algorithm. */
function cyclesOf(edges: readonly (readonly number[])[]): Set<number> {
  const cyclic = new Set<number>();
  const order = new Map<number, number>();
  const low = new Map<number, number>();
  const stack: number[] = [];
  const visit = (node: number): void => {
    order.set(node, order.size);
    low.set(node, order.size - 1);
    stack.push(node);
    for (const next of edges[node] ?? []) {
      if (next === node) cyclic.add(node);
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(node) !== order.get(node)) return;
    const group = stack.splice(stack.indexOf(node));
    if (group.length > 1) for (const member of group) cyclic.add(member);
  };
  for (const node of edges.keys()) if (!order.has(node)) visit(node);
  return cyclic;
}

function countUses(root: Shape, drafts: readonly DraftDefinition[]): Map<number, number> {
  const uses = new Map<number, number>();
  const count = (shape: Shape): void => {
    for (const id of referencesOf(shape)) uses.set(id, (uses.get(id) ?? 0) + 1);
  };
  count(root);
  for (const draft of drafts) count(draft.shape);
  return uses;
}
