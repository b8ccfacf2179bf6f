import type { AnswerPlace } from "../../../answer-room.ts";

/** Where the answers to open calls find room: known by their arguments until they are sent, and by their ids then. */
export class AnswerPlaces {
  readonly #byArguments = new WeakMap<object, AnswerPlace>();
  readonly #byId = new Map<number, AnswerPlace>();

  /** Keeps the place for the answer to a call that is about to be sent with these very arguments. */
  expect(args: object, place: AnswerPlace): void {
    this.#byArguments.set(args, place);
  }

  /** Notes the id of a call that is being sent. */
  open(id: number, params: Readonly<Record<string, unknown>> | undefined): void {
    const args = params?.["arguments"];
    const place = typeof args === "object" && args !== null ? this.#byArguments.get(args) : undefined;
    if (place !== undefined) this.#byId.set(id, place);
  }

  /** Forgets a call that is over. */
  close(id: number): void {
    this.#byId.delete(id);
  }

  /** The place for the answer to an open request; undefined where nobody counts it. */
  of(id: number | undefined): AnswerPlace | undefined {
    return id === undefined ? undefined : this.#byId.get(id);
  }
}
