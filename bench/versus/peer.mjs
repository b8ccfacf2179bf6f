// A process with one peer: opens it, and does the works it is asked for, each answer checked.
import assert from "node:assert/strict";
import { FIRST, works } from "./works.mjs";

const [name] = process.argv.slice(2);
const { servers, folder, file } = JSON.parse(process.env.PEER_SETTINGS);
const { open } = await import(`./peers/${name}.mjs`);
const peer = await open({ servers, folder });
const all = works(file);

assert.deepEqual(await peer.execute(FIRST.program(peer.write)), FIRST.answer);
process.send({ first: true });

process.on("message", async ({ work, rounds, end }) => {
  try {
    if (end) {
      await peer.close();
      process.exit(0);
    }
    process.send({ times: await timesOf(all[work], rounds) });
  } catch (error) {
    process.send({ failure: String(error?.stack ?? error).slice(0, 500) });
  }
});

async function timesOf({ program, answer, atOnce = 1 }, rounds) {
  const text = program(peer.write);
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    const answers = await Promise.all(Array.from({ length: atOnce }, () => peer.execute(text)));
    times.push(performance.now() - began);
    for (const each of answers) assert.deepEqual(each, answer);
  }
  return times;
}
