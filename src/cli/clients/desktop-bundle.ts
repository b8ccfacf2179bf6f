import { crc32 } from "node:zlib";
import { packageVersion } from "../../host/package-version.ts";
import { OWN_NAME, type ownStart } from "./own-entry.ts";

/** Zip: signatures and the version that stored files need. */
const [LOCAL, CENTRAL, END, ZIP_VERSION] = [0x04_03_4b_50, 0x02_01_4b_50, 0x06_05_4b_50, 20];
/** 1 January 1980, so that the same bundle has the same bytes. */
const FIRST_DATE = 0x21;
const UTF8_NAMES = 0x08_00;

/**
 * A bundle (`.mcpb`) by which Claude Desktop adds codemode: a manifest, and a program that starts this very installation with
 * a configuration. Nothing of the configuration is in it.
 */
export function desktopBundle({ command, args }: ReturnType<typeof ownStart>): Buffer {
  const manifest = {
    manifest_version: "0.3",
    name: OWN_NAME,
    display_name: "Codemode",
    version: packageVersion(),
    description: "Turns the MCP servers of a configuration into typed functions that a program composes.",
    author: { name: "Agent Codemode" },
    server: { type: "node", entry_point: "server.mjs", mcp_config: { command, args } },
    tools_generated: true,
  };
  return zip([
    ["manifest.json", `${JSON.stringify(manifest, null, 2)}\n`],
    ["server.mjs", program(command, args)],
  ]);
}

/** For clients that start the entry point and not the command. */
function program(command: string, args: readonly string[]): string {
  return `import { spawn } from "node:child_process";

const child = spawn(${JSON.stringify(command)}, ${JSON.stringify(args)}, { stdio: "inherit" });
child.on("error", (error) => {
  console.error(String(error));
  process.exit(1);
});
child.on("exit", (code) => process.exit(code ?? 1));
`;
}

/** An archive of a few small texts, not compressed. */
function zip(files: readonly (readonly [name: string, text: string])[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of files) {
    const [label, body] = [Buffer.from(name), Buffer.from(text)];
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(ZIP_VERSION, 0);
    shared.writeUInt16LE(UTF8_NAMES, 2);
    shared.writeUInt16LE(FIRST_DATE, 8);
    shared.writeUInt32LE(crc32(body), 10);
    shared.writeUInt32LE(body.length, 14);
    shared.writeUInt32LE(body.length, 18);
    shared.writeUInt16LE(label.length, 22);
    const local = Buffer.concat([word(LOCAL), shared, label, body]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([word(CENTRAL), half(ZIP_VERSION), shared, place.subarray(0, 14), label]));
    parts.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(index.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, index, word(END), end]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function half(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
