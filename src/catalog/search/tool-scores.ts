/** Scores of some of the tools of a catalog, by their place in it. Made once for many queries, since it is as large as the catalog. */
export class ToolScores {
  /** Score of each tool; 0 for those that are not held. */
  readonly values: Float64Array;
  readonly #isHeld: Uint8Array;
  readonly #held: Uint32Array;
  #size = 0;

  constructor(toolCount: number) {
    this.values = new Float64Array(toolCount);
    this.#isHeld = new Uint8Array(toolCount);
    this.#held = new Uint32Array(toolCount);
  }

  /** Tools that have a score, in the order in which they got one; valid until the next change. */
  get tools(): Uint32Array {
    return this.#held.subarray(0, this.#size);
  }

  has(tool: number): boolean {
    return this.#isHeld[tool] === 1;
  }

  set(tool: number, score: number): void {
    if (this.#isHeld[tool] === 0) {
      this.#isHeld[tool] = 1;
      this.#held[this.#size++] = tool;
    }
    this.values[tool] = score;
  }

  add(tool: number, amount: number): void {
    this.set(tool, (this.values[tool] ?? 0) + amount);
  }

  /** Gives tools, none of which has a score yet, the score that `scoreOf` computes. */
  setAll(tools: Uint32Array, scoreOf: (tool: number) => number): void {
    const { values } = this;
    this.#held.set(tools, this.#size);
    this.#size += tools.length;
    for (let place = 0; place < tools.length; place++) {
      const tool = tools[place] ?? 0;
      this.#isHeld[tool] = 1;
      values[tool] = scoreOf(tool);
    }
  }

  /**
   * Takes from each score what the kind of its tool stands behind by, and multiplies it; none becomes 0 or less.
   * @param kinds kind of each tool
   * @param behind what each kind stands behind by
   */
  finish(factor: number, kinds: Uint8Array, behind: readonly number[]): void {
    const { values } = this;
    const taken = Float64Array.from(behind);
    for (let place = 0; place < this.#size; place++) {
      const tool = this.#held[place] ?? 0;
      const scaled = ((values[tool] ?? 0) - (taken[kinds[tool] ?? 0] ?? 0)) * factor;
      values[tool] = scaled > 0 ? scaled : Number.MIN_VALUE;
    }
  }

  /** Forgets all scores. */
  clear(): void {
    // Of most tools, all in a row are forgotten faster than each by itself.
    if (this.#size * 4 > this.values.length) {
      this.#isHeld.fill(0);
      this.values.fill(0);
      this.#size = 0;
    }
    for (let place = 0; place < this.#size; place++) {
      const tool = this.#held[place] ?? 0;
      this.#isHeld[tool] = 0;
      this.values[tool] = 0;
    }
    this.#size = 0;
  }
}
