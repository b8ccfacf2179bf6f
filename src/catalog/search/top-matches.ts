/** Scores of numbers to choose among, and which of two with equal scores comes first. */
interface Contest {
  readonly scores: Float32Array | Float64Array;
  /** Rank of each number among those of equal score. @default the smaller number first */
  readonly order?: Uint32Array | undefined;
}

/** Returns the best `limit` of some numbers, the highest score first, in time that grows little with how many there are. */
export function topMatches(candidates: Uint32Array, limit: number, contest: Contest): Uint32Array {
  const { scores, order } = contest;
  return unsortedMatches(candidates, limit, contest).sort((a, b) => {
    const [left, right] = [scores[a] ?? 0, scores[b] ?? 0];
    if (left !== right) return right - left;
    return order === undefined ? a - b : (order[a] ?? a) - (order[b] ?? b);
  });
}

/** Like {@link topMatches}, in no order. */
export function unsortedMatches(candidates: Uint32Array, limit: number, { scores, order }: Contest): Uint32Array {
  const size = Math.min(Math.max(0, limit), candidates.length);
  const best = new BestNumbers(size, order);
  for (let place = 0; place < size; place++) best.put(place, candidates[place] ?? 0, scores);
  if (size === 0 || size === candidates.length) return best.numbers;
  best.arrange();
  let worst = best.worst;
  for (let place = size; place < candidates.length; place++) {
    const candidate = candidates[place] ?? 0;
    const score = scores[candidate] ?? 0;
    if (score < worst) continue;
    best.offer(candidate, score);
    worst = best.worst;
  }
  return best.numbers;
}

/** A heap of the best numbers so far with their scores beside them, at its root the worst of them. */
class BestNumbers {
  readonly numbers: Uint32Array;
  readonly #scores: Float64Array;
  readonly #order: Uint32Array | undefined;

  constructor(size: number, order: Uint32Array | undefined) {
    this.numbers = new Uint32Array(size);
    this.#scores = new Float64Array(size);
    this.#order = order;
  }

  /** Score of the worst. */
  get worst(): number {
    return this.#scores[0] ?? 0;
  }

  put(place: number, number: number, scores: Contest["scores"]): void {
    this.numbers[place] = number;
    this.#scores[place] = scores[number] ?? 0;
  }

  /** Makes a heap of what was put. */
  arrange(): void {
    for (let place = (this.numbers.length >>> 1) - 1; place >= 0; place--)
      this.#sink(place, this.numbers[place] ?? 0, this.#scores[place] ?? 0);
  }

  /** Takes a number in the place of the worst, if it is better. */
  offer(number: number, score: number): void {
    if (score === this.worst && this.#rankOf(number) > this.#rankOf(this.numbers[0] ?? 0)) return;
    this.#sink(0, number, score);
  }

  #rankOf(number: number): number {
    return this.#order?.[number] ?? number;
  }

  /** Puts a number where all that is below it is better, from one place on. */
  #sink(from: number, number: number, score: number): void {
    const [numbers, scores] = [this.numbers, this.#scores];
    let place = from;
    for (let child = 2 * place + 1; child < numbers.length; child = 2 * place + 1) {
      const isLast = child + 1 === numbers.length;
      if (!isLast && this.#isWorse(child + 1, numbers[child] ?? 0, scores[child] ?? 0)) child += 1;
      if (!this.#isWorse(child, number, score)) break;
      numbers[place] = numbers[child] ?? 0;
      scores[place] = scores[child] ?? 0;
      place = child;
    }
    numbers[place] = number;
    scores[place] = score;
  }

  /** Whether what stands at one place is worse than a number with its score. */
  #isWorse(place: number, number: number, score: number): boolean {
    const other = this.#scores[place] ?? 0;
    return other === score ? this.#rankOf(this.numbers[place] ?? 0) > this.#rankOf(number) : other < score;
  }
}
