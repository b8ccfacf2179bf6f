import type { ImportedName, Mentions, ProgramImport, ServerCall } from "../../mentions.ts";
import type { AskedLater, FreeUse, PreparedCell } from "./prepared-cell.ts";
import type { TextPosition } from "../../../base/text-position.ts";
import type { MissingAwait } from "./finish/missing-awaits.ts";
import type { ArgumentDetails, ToolCallSite } from "./tool-calls.ts";

/** A prepared cell as plain data, without what is computed when asked. */
export interface CellData extends Pick<
  PreparedCell,
  "source" | "globals" | "lateGlobals" | "valueKind" | "code" | "notes" | "isTypeScript"
> {
  readonly checkedCode: string;
  readonly missingAwaits: readonly MissingAwait[];
  readonly mentions: Omit<Mentions, "imports" | "calls"> & {
    readonly imports: readonly ImportData[];
    readonly calls: readonly CallData[];
  };
  /** Lines before the code in the user's text. */
  readonly lineOffset: number;
}

interface ImportData extends Omit<ProgramImport, "at" | "names"> {
  readonly at: TextPosition;
  readonly names: readonly (Omit<ImportedName, "at"> & { readonly at: TextPosition })[];
}

interface CallData extends Omit<ServerCall, "at" | "serverAt"> {
  readonly at: TextPosition;
  readonly serverAt: TextPosition;
}

/** Names and calls of a cell with their places, as plain data. */
export interface SiteData {
  readonly freeUses: readonly FreeUse[];
  readonly endlessWaits: readonly TextPosition[];
  readonly toolCalls: readonly (Omit<ToolCallSite, "details"> & { readonly details: ArgumentDetails })[];
}

/** What comes back from reading: a cell, and what its parts were computed from. */
type CellParts = Omit<PreparedCell, AskedLater>;

/** Turns a cell into data. */
export function toCellData(cell: PreparedCell): CellData {
  const { source, globals, lateGlobals, valueKind, code, notes, isTypeScript } = cell;
  return {
    source,
    globals,
    lateGlobals,
    valueKind,
    code,
    notes,
    isTypeScript,
    checkedCode: cell.checkedCode(),
    missingAwaits: cell.missingAwaits(),
    mentions: {
      ...cell.mentions,
      imports: cell.mentions.imports.map((each) => ({
        ...each,
        at: each.at(),
        names: each.names.map((name) => ({ ...name, at: name.at() })),
      })),
      calls: cell.mentions.calls.map((call) => ({ ...call, at: call.at(), serverAt: call.serverAt() })),
    },
    lineOffset: cell.toUserText({ line: 1, column: 1 }).line - 1,
  };
}

/** Makes the parts of a cell from data. */
export function toCellParts({ mentions, lineOffset, checkedCode, missingAwaits, ...rest }: CellData): CellParts {
  return {
    ...rest,
    checkedCode: () => checkedCode,
    missingAwaits: () => missingAwaits,
    mentions: {
      ...mentions,
      imports: mentions.imports.map((each) => ({
        ...each,
        at: () => each.at,
        names: each.names.map((name) => ({ ...name, at: () => name.at })),
      })),
      calls: mentions.calls.map((call) => ({ ...call, at: () => call.at, serverAt: () => call.serverAt })),
    },
    toUserText: ({ line, column }) => ({ line: line + lineOffset, column }),
  };
}

/** Calls inside calls repeat their parts, and more than these would not be looked at. */
const MOST_PARTS = 20_000;
const MOST_WAITS = 100;
const NOTHING_WRITTEN: ArgumentDetails["written"] = { value: null, holes: [""], open: [], places: [] };

/** Names and calls with their places; arguments past a bound are not described. */
export function toSiteData(cell: PreparedCell): SiteData {
  let parts = 0;
  const describe = (site: ToolCallSite): ArgumentDetails => {
    if (parts > MOST_PARTS) return { foreign: [], parts: [], written: NOTHING_WRITTEN };
    const details = site.details();
    parts += details.parts.length + details.foreign.length + details.written.places.length;
    return details;
  };
  const toData = (site: ToolCallSite): SiteData["toolCalls"][number] => ({ ...site, details: describe(site) });
  return {
    freeUses: cell.freeUses().slice(0, MOST_PARTS),
    toolCalls: cell.toolCalls().map(toData),
    endlessWaits: cell.endlessWaits().slice(0, MOST_WAITS),
  };
}

/** The calls of a cell from data. */
export function toToolCalls({ toolCalls }: SiteData): readonly ToolCallSite[] {
  return toolCalls.map((site) => ({ ...site, details: () => site.details }));
}
