import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client, ProtocolError, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { SkillsClient, SkillVerificationError } from "@modelcontextprotocol/client/ext/skills";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { createCodemode } from "../../src/host/create-codemode.ts";
import { type HttpServerHandle, serveHttp } from "../../src/server/serve-http.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const FOLDER_SKILL = "---\nname: release-notes\ndescription: Writes release notes.\n---\n\nSee references/style.md.\n";

let folder: string;

function put(path: string, text: string | Uint8Array): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text);
}

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "codemode-published-")));
  put("secret.txt", "secret");
  put("codemode.json", "{}");
  put("skills/release-notes/SKILL.md", FOLDER_SKILL);
  put("skills/release-notes/references/style.md", "Short sentences.\n");
  put("skills/release-notes/assets/dot.png", new Uint8Array([137, 80, 0, 255]));
  put("skills/release-notes/.env", "TOKEN=1");
  put("skills/named-otherwise/SKILL.md", FOLDER_SKILL);
  put(
    "skills/sum_all.ts",
    "/**\n * Adds numbers.\n * @tags math\n */\nexport function sum_all({ values }: { values: number[] }): number {\n  return values.length;\n}\n",
  );
  symlinkSync(join(folder, "secret.txt"), join(folder, "skills/release-notes/link.txt"));
});

afterAll(() => rmSync(folder, { recursive: true }));

type Mode = "legacy" | "auto";

async function connectHttp(url: string, mode: Mode): Promise<Client> {
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return client;
}

async function connectStdio(mode: Mode, directory: string): Promise<Client> {
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
  const env = { PATH: process.env["PATH"] ?? "" };
  const args = [CLI, "serve", "--config", join(directory, "codemode.json")];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env, stderr: "ignore" }));
  return client;
}

describe.each([
  ["http", "legacy"],
  ["http", "auto"],
  ["stdio", "legacy"],
  ["stdio", "auto"],
] as const)("over %s, a client that negotiates in %s mode", (kind, mode) => {
  let server: HttpServerHandle | undefined;
  let client: Client;
  let skills: SkillsClient;

  beforeAll(async () => {
    if (kind === "http") {
      const open = (): ReturnType<typeof createCodemode> =>
        createCodemode({ skills: { directories: [join(folder, "skills")] } });
      server = await serveHttp(open, { port: 0, log: () => {} });
    }
    client = server === undefined ? await connectStdio(mode, folder) : await connectHttp(server.url, mode);
    skills = new SkillsClient(client);
  });
  afterAll(async () => {
    await client.close();
    await server?.close();
  });

  test("finds every skill the specification allows, and reads what it is told to be there", async () => {
    expect(skills.supported && skills.directoryRead).toBe(true);
    const { skills: entries } = await skills.list();
    expect(entries.map(({ uri }) => uri)).toEqual(["skill://release-notes/SKILL.md", "skill://sum-all/SKILL.md"]);
    const [notes, sum] = entries;
    if (notes === undefined || sum === undefined) throw new Error("none");
    expect(notes.resources).toHaveLength(3);
    expect((await skills.read(notes)).text).toBe(FOLDER_SKILL);
    expect([...(await skills.read(notes, "assets/dot.png")).bytes]).toEqual([137, 80, 0, 255]);
    expect(sum.frontmatter).toMatchObject({ name: "sum-all", description: "Adds numbers." });
    expect((await skills.read(sum)).body).toContain('"values"');
    expect((await skills.read(sum, "scripts/sum_all.ts")).text).toContain("export function sum_all");
    expect((await skills.get(sum.uri)).skill).toEqual(sum);
  });

  test("walks the folders of a skill", async () => {
    const { resources } = await skills.readDirectory("skill://release-notes");
    expect(resources.map(({ name, mimeType }) => [name, mimeType])).toEqual([
      ["SKILL.md", "text/markdown"],
      ["assets", "inode/directory"],
      ["references", "inode/directory"],
    ]);
    const { resources: files } = await skills.readDirectory("skill://release-notes/references");
    expect(files).toMatchObject([{ uri: "skill://release-notes/references/style.md", size: 17 }]);
  });

  test.each([
    "skill://release-notes/../secret.txt",
    "skill://release-notes/%2e%2e/%2e%2e/secret.txt",
    "skill://release-notes/..%2f..%2fsecret.txt",
    "skill://release-notes/link.txt",
    "skill://release-notes/.env",
    "skill://../secret.txt",
    "skill://skills/release-notes/SKILL.md",
    "file:///etc/passwd",
  ])("is refused %s", async (uri) => {
    await expect(client.readResource({ uri })).rejects.toBeInstanceOf(ProtocolError);
    await expect(skills.readDirectory(uri)).rejects.toBeInstanceOf(ProtocolError);
  });
});

describe("what changes", () => {
  let own: string;

  beforeEach(() => {
    own = realpathSync(mkdtempSync(join(tmpdir(), "codemode-changing-")));
    mkdirSync(join(own, "skills"));
    writeFileSync(join(own, "codemode.json"), "{}");
  });
  afterEach(() => rmSync(own, { recursive: true }));

  test("is announced, and is there at the next look", async () => {
    const client = await connectStdio("legacy", own);
    onTestFinished(() => client.close());
    const skills = new SkillsClient(client);
    const announced = new Promise<void>((resolve) => {
      client.setNotificationHandler("notifications/resources/list_changed", () => resolve());
    });
    expect((await skills.list()).skills).toEqual([]);
    writeFileSync(join(own, "skills/late.ts"), "/** Late. */\nexport function late(): number {\n  return 1;\n}\n");
    await announced;
    const [late] = (await skills.list()).skills;
    expect(late?.uri).toBe("skill://late/SKILL.md");
    writeFileSync(join(own, "skills/late.ts"), "/** Later. */\nexport function late(): number {\n  return 22;\n}\n");
    if (late === undefined) throw new Error("none");
    await expect(skills.read(late, "scripts/late.ts")).rejects.toBeInstanceOf(SkillVerificationError);
    const { skill } = await skills.get(late.uri);
    expect((await skills.read(skill, "scripts/late.ts")).text).toContain("22");
  });

  test("nothing is published where the configuration switches it off, or where there are no skills", async () => {
    const off = createCodemode({ skills: { directories: [join(own, "skills")] }, server: { publishSkills: false } });
    const none = createCodemode({});
    for (const codemode of [off, none]) {
      const server = await serveHttp(codemode, { port: 0, log: () => {} });
      for (const mode of ["legacy", "auto"] as const) {
        const client = await connectHttp(server.url, mode);
        expect(client.getServerCapabilities()).not.toHaveProperty("extensions");
        expect((await client.listResources()).resources).toEqual([]);
        await client.close();
      }
      await server.close();
      await codemode.close();
    }
  });
});

test("what one server publishes is a folder skill of another, also after the first was started again", async () => {
  const directories = [join(folder, "skills")];
  const publish = (port: number): Promise<HttpServerHandle> =>
    serveHttp(() => createCodemode({ skills: { directories } }), { port, log: () => {} });
  let first = await publish(0);
  await using second = createCodemode({ mcpServers: { peer: { url: first.url } } });
  await Promise.all(second.registry.skillSuppliers().map((supplier) => supplier.settled()));
  const skills = second.executor.skills;
  const { skills: found } = await skills.list();
  expect(found.map(({ name }) => name)).toEqual(["peer/release-notes", "peer/sum-all"]);
  expect(found[1]).toMatchObject({ description: "Adds numbers.", kind: "folder", readOnly: true });
  expect((await skills.readScript("peer/sum-all", "sum_all")).code).toContain("export function sum_all");
  await first.close();
  first = await publish(first.port);
  onTestFinished(() => first.close());
  expect((await skills.readResource("peer/release-notes", "style.md")).text).toBe("Short sentences.\n");
});
