/* oxlint-disable typescript/no-unsafe-type-assertion -- both ends of the channel are ours */
/** Entry of a guest thread: runs one sandbox at a time and talks to the host by shared memory only. */
import { workerData } from "node:worker_threads";
import { GuestThread, type GuestThreadData } from "./guest-thread.ts";

const thread = await GuestThread.boot(workerData as GuestThreadData);
thread.serve();
