// Stands between a client and a server over standard input and output, and notes what the client sends: each message as a
// line of JSON, and how the client ended. `node wire-recorder.mjs LOG COMMAND ARG…`
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [log, command, ...args] = process.argv.slice(2);
const note = (what) => appendFileSync(log, `${typeof what === "string" ? what : JSON.stringify(what)}\n`);
const server = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });

createInterface({ input: process.stdin })
  .on("line", (line) => {
    note(line);
    if (server.stdin.writable) server.stdin.write(`${line}\n`);
  })
  .on("close", () => {
    note({ end: "input" });
    server.stdin.end();
  });
server.stdin.on("error", () => {});
createInterface({ input: server.stdout }).on("line", (line) => {
  // A question to a person is a request of ours, or a result that wants input.
  if (/"elicitation\/create"|"input_required"|"inputRequests"/.test(line)) note({ asked: "person" });
  process.stdout.write(`${line}\n`);
});
process.stdout.on("error", () => {});
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"])
  process.on(signal, () => {
    note({ end: signal });
    server.kill(signal);
  });
server.on("close", (code) => process.exit(code ?? 1));
