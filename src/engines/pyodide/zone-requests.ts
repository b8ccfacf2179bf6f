import { setImmediate as nextTurn } from "node:timers/promises";
import { failedReply } from "../cell-ending.ts";
import type { HostReply } from "../engine.ts";

/** Time zones that a program may ask for: more than there are. */
const MOST_ZONES = 1_000;

/** The time zones that one program asks for, found one after the other: a zone may have to be computed. */
export class ZoneRequests {
  #asked = 0;
  #open = 0;
  #found: Promise<void> = Promise.resolve();

  /**
   * Hands the zone of a name to `reply`, or the names of all for anything but a text; beyond 1,000 that is an error. False
   * for a program that reads no answers: one that does asks for the next zone after it.
   */
  ask(name: unknown, reply: (answer: HostReply) => void): boolean {
    this.#asked += 1;
    const isOver = this.#asked > MOST_ZONES;
    this.#open += 1;
    this.#found = this.#found.then(async () => {
      const found = await answer(name, isOver);
      this.#open -= 1;
      reply(found);
    });
    return this.#open <= MOST_ZONES;
  }
}

/** Zones come from the machine, not from what the program may call. Everything else has its turn first. */
async function answer(name: unknown, isOver: boolean): Promise<HostReply> {
  await nextTurn();
  try {
    if (isOver)
      throw new RangeError(`A program may ask for ${MOST_ZONES} time zones; available_timezones() lists them.`);
    const zones = await import("./time-zones.ts");
    const value =
      typeof name === "string" ? (await zones.timeZoneFile(name)).toString("base64") : zones.timeZoneNames();
    return { ok: true, valueJson: JSON.stringify(value) };
  } catch (error) {
    return failedReply(error);
  }
}
