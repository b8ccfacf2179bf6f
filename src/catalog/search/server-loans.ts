import { topMatches } from "./top-matches.ts";
import type { ToolScores } from "./tool-scores.ts";

/** Part that the best tools of a server lend to its others. */
const SERVER_SHARE = 0.3;
const BEST_OF_SERVER = 3;

/** A server with more tools has one that fits a little for everything, and lends less. */
const SMALL_SERVER = 20;

/** Tools of one server that stand where their scores put them; each further one stands some deviations behind, up to a maximum. */
const FREE_PLACES = 5;
const HELD_BACK = 0.4;
const MOST_HELD_BACK = 3;

/** Tools among which servers share the places. */
const SHARED_PLACES = 400;

/** What the tools of a server lend each other: the right server has several that fit a little. */
export class ServerLoans {
  readonly #serverOf: Uint32Array;
  readonly #sizes: Uint32Array;
  /** The best scores of each server, the highest first. */
  readonly #best: Float64Array;
  readonly #lent: Float64Array;

  /** @param serverOf number of the server of each tool */
  constructor(serverOf: Uint32Array) {
    this.#serverOf = serverOf;
    let count = 0;
    for (const server of serverOf) count = Math.max(count, server + 1);
    this.#sizes = new Uint32Array(count);
    for (const server of serverOf) this.#sizes[server] = (this.#sizes[server] ?? 0) + 1;
    this.#best = new Float64Array(count * BEST_OF_SERVER);
    this.#lent = new Float64Array(count);
  }

  /** Adds to each score what the tool is lent; a single server lends nothing. */
  lend({ tools, values }: ToolScores): void {
    if (this.#sizes.length < 2) return;
    this.#best.fill(0);
    const serverOf = this.#serverOf;
    for (let place = 0; place < tools.length; place++) {
      const tool = tools[place] ?? 0;
      this.#note(serverOf[tool] ?? 0, values[tool] ?? 0);
    }
    const lent = this.#lent;
    for (let server = 0; server < lent.length; server++) lent[server] = this.#lentBy(server);
    for (let place = 0; place < tools.length; place++) {
      const tool = tools[place] ?? 0;
      values[tool] = (values[tool] ?? 0) + (lent[serverOf[tool] ?? 0] ?? 0);
    }
  }

  /** Holds back the tools of a server after its fifth, so that no server fills the first page alone where others fit nearly as well. */
  share(scores: ToolScores): void {
    if (this.#sizes.length < 2) return;
    const { tools, values } = scores;
    const best = topMatches(tools, SHARED_PLACES, { scores: values });
    const counts = new Uint32Array(this.#sizes.length);
    const shared = this.#heldBack(best, values, counts);
    // Those that come after the best stand no further in front than these.
    for (let place = 0; place < tools.length; place++) {
      const tool = tools[place] ?? 0;
      if ((counts[this.#serverOf[tool] ?? 0] ?? 0) > FREE_PLACES) values[tool] = (values[tool] ?? 0) - MOST_HELD_BACK;
    }
    for (let place = 0; place < best.length; place++) values[best[place] ?? 0] = shared[place] ?? 0;
  }

  /** The scores of the best tools, the best first, and in `counts` how many of them each server has. */
  #heldBack(best: Uint32Array, values: Float64Array, counts: Uint32Array): Float64Array {
    const shared = new Float64Array(best.length);
    for (let place = 0; place < best.length; place++) {
      const tool = best[place] ?? 0;
      shared[place] = heldBack(values[tool], this.#placesBehind(tool, counts));
    }
    return shared;
  }

  /** How many places beyond the free ones its server has with this tool. */
  #placesBehind(tool: number, counts: Uint32Array): number {
    const server = this.#serverOf[tool] ?? 0;
    const count = (counts[server] ?? 0) + 1;
    counts[server] = count;
    return Math.max(0, count - FREE_PLACES);
  }

  #note(server: number, score: number): void {
    const best = this.#best;
    const start = server * BEST_OF_SERVER;
    let place = start + BEST_OF_SERVER - 1;
    if (!(score > (best[place] ?? 0))) return;
    for (; place > start && score > (best[place - 1] ?? 0); place--) best[place] = best[place - 1] ?? 0;
    best[place] = score;
  }

  #lentBy(server: number): number {
    const start = server * BEST_OF_SERVER;
    let sum = 0;
    for (let place = start; place < start + BEST_OF_SERVER; place++) sum += this.#best[place] ?? 0;
    const size = Math.max(SMALL_SERVER, this.#sizes[server] ?? 0);
    return (SERVER_SHARE * (sum / BEST_OF_SERVER) * SMALL_SERVER) / size;
  }
}

function heldBack(score = 0, places = 0): number {
  return score - Math.min(MOST_HELD_BACK, HELD_BACK * places);
}
