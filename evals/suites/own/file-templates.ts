import type { OwnState, Template } from "./template.ts";

/** Names of the files directly in a folder. */
function inFolder({ files }: OwnState, folder: string): readonly string[] {
  return Object.keys(files)
    .filter((path) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes("/"))
    .toSorted();
}

function replaceFile({ files }: OwnState, path: string, content: string): void {
  files[path] = content;
}

/** Tasks over files, memory and a repository. */
export const FILE_TEMPLATES: readonly Template[] = [
  {
    name: "read-one-note",
    servers: ["filesystem"],
    tasks: [{ note: "note-03" }, { note: "note-11" }],
    request: ({ note }) => `What does notes/${note}.md say must be done next?`,
    programs: {
      typescript: 'await filesystem.read_text_file({ path: "notes/" + $note + ".md" })',
      python: 'await filesystem.read_text_file(path="notes/" + $note + ".md")',
    },
    want: () => {},
  },
  {
    name: "rename-files",
    servers: ["filesystem"],
    tasks: [
      { old: ".txt", fresh: ".md" },
      { old: ".log", fresh: ".old" },
    ],
    request: ({ old, fresh }) => `Rename every *${old} file in the folder drop so that it ends in ${fresh}.`,
    programs: {
      typescript: `const listing = await filesystem.list_directory({ path: "drop" });
const names = listing.split("\\n").map((line) => line.replace("[FILE] ", "")).filter((name) => name.endsWith($old));
await Promise.all(names.map((name) => filesystem.move_file({
  source: "drop/" + name, destination: "drop/" + name.slice(0, -$old.length) + $fresh })));
names.length`,
      python: `import asyncio
listing = await filesystem.list_directory(path="drop")
names = [line.removeprefix("[FILE] ") for line in listing.split("\\n") if line.endswith($old)]
await asyncio.gather(*[filesystem.move_file(source="drop/" + n, destination="drop/" + n.removesuffix($old) + $fresh) for n in names])
len(names)`,
    },
    want: (state, { old = "", fresh = "" }) => {
      for (const path of inFolder(state, "drop").filter((each) => each.endsWith(old))) {
        replaceFile(state, path.slice(0, -old.length) + fresh, state.files[path] ?? "");
        delete state.files[path];
      }
    },
  },
  {
    name: "gather-notes",
    servers: ["filesystem"],
    tasks: [{ owner: "ana" }, { owner: "bram" }],
    request: ({ owner }) =>
      `Write ${owner}.md: one line "FILE: NEXT" for each file in notes that has the line "owner: ${owner}", where NEXT is what its line "next: ..." says, in the order of the file names.`,
    programs: {
      typescript: `const listing = await filesystem.list_directory({ path: "notes" });
const names = listing.split("\\n").map((line) => line.replace("[FILE] ", "")).sort();
const texts = await Promise.all(names.map((name) => filesystem.read_text_file({ path: "notes/" + name })));
const lines = names.flatMap((name, at) =>
  texts[at].includes("owner: " + $owner) ? [name + ": " + /next: (.*)/.exec(texts[at])[1]] : []);
await filesystem.write_file({ path: $owner + ".md", content: lines.join("\\n") + "\\n" });
lines.length`,
      python: `import asyncio, re
listing = await filesystem.list_directory(path="notes")
names = sorted(line.removeprefix("[FILE] ") for line in listing.split("\\n"))
texts = await asyncio.gather(*[filesystem.read_text_file(path="notes/" + n) for n in names])
lines = [n + ": " + re.search("next: (.*)", t).group(1) for n, t in zip(names, texts) if "owner: " + $owner in t]
await filesystem.write_file(path=$owner + ".md", content="\\n".join(lines) + "\\n")
len(lines)`,
    },
    want: (state, { owner }) => {
      const lines = inFolder(state, "notes").flatMap((path) => {
        const text = state.files[path] ?? "";
        const next = text.split("\n").find((line) => line.startsWith("next: "));
        return text.includes(`owner: ${owner}`) ? [`${path.slice(6)}: ${next?.slice(6)}\n`] : [];
      });
      replaceFile(state, `${owner}.md`, lines.join(""));
    },
  },
  {
    name: "change-settings",
    servers: ["filesystem"],
    tasks: [
      { old: "host = old.example", fresh: "host = new.example" },
      { old: "level = info", fresh: "level = warn" },
    ],
    request: ({ old, fresh }) =>
      `In every file of the folder config that has the line "${old}", replace it with "${fresh}".`,
    programs: {
      typescript: `const listing = await filesystem.list_directory({ path: "config" });
const paths = listing.split("\\n").map((line) => "config/" + line.replace("[FILE] ", ""));
const texts = await Promise.all(paths.map((path) => filesystem.read_text_file({ path })));
const found = paths.filter((_, at) => texts[at].split("\\n").includes($old));
await Promise.all(found.map((path) => filesystem.edit_file({ path, edits: [{ oldText: $old, newText: $fresh }] })));
found.length`,
      python: `import asyncio
listing = await filesystem.list_directory(path="config")
paths = ["config/" + line.removeprefix("[FILE] ") for line in listing.split("\\n")]
texts = await asyncio.gather(*[filesystem.read_text_file(path=p) for p in paths])
found = [p for p, t in zip(paths, texts) if $old in t.split("\\n")]
await asyncio.gather(*[filesystem.edit_file(path=p, edits=[{"oldText": $old, "newText": $fresh}]) for p in found])
len(found)`,
    },
    want: (state, { old = "", fresh = "" }) => {
      for (const path of inFolder(state, "config")) {
        const lines = (state.files[path] ?? "").split("\n");
        replaceFile(state, path, lines.map((line) => (line === old ? fresh : line)).join("\n"));
      }
    },
  },
  {
    name: "export-tickets",
    servers: ["business", "filesystem"],
    tasks: [{ status: "open" }, { status: "waiting" }],
    request: ({ status }) =>
      `Write ${status}.csv with one line "ID,CUSTOMER,ASSIGNEE" for each ${status} ticket, in the order of the list.`,
    programs: {
      typescript: `const { tickets } = await business.list_tickets({ status: $status });
const content = tickets.map((t) => [t.id, t.customer, t.assignee].join(",") + "\\n").join("");
await filesystem.write_file({ path: $status + ".csv", content });
tickets.length`,
      python: `tickets = (await business.list_tickets(status=$status))["tickets"]
content = "".join(",".join([t["id"], t["customer"], t["assignee"]]) + "\\n" for t in tickets)
await filesystem.write_file(path=$status + ".csv", content=content)
len(tickets)`,
    },
    want: (state, { status }) => {
      const rows = state.business.tickets.filter((ticket) => ticket.status === status);
      const lines = rows.map(({ id, customer, assignee }) => `${id},${customer},${assignee}\n`);
      replaceFile(state, `${status}.csv`, lines.join(""));
    },
  },
  {
    name: "remember-customers",
    servers: ["business", "memory"],
    tasks: [
      { owner: "chloe", plan: "premium" },
      { owner: "ana", plan: "team" },
    ],
    request: ({ owner, plan }) =>
      `Remember each ${plan} customer of ${owner} as an entity of type "customer" with its name and the one observation "renews DATE".`,
    programs: {
      typescript: `const { customers } = await business.find_customers({ owner: $owner, plan: $plan });
await memory.create_entities({ entities: customers.map((c) => (
  { name: c.name, entityType: "customer", observations: ["renews " + c.renewal] })) });
customers.length`,
      python: `customers = (await business.find_customers(owner=$owner, plan=$plan))["customers"]
await memory.create_entities(entities=[
    {"name": c["name"], "entityType": "customer", "observations": ["renews " + c["renewal"]]} for c in customers
])
len(customers)`,
    },
    want: ({ business, memory }, { owner, plan }) => {
      for (const { name, renewal } of business.customers.filter((c) => c.owner === owner && c.plan === plan)) {
        memory.entities.push({ name, entityType: "customer", observations: [`renews ${renewal}`] });
      }
    },
  },
  {
    name: "note-about-projects",
    servers: ["memory"],
    tasks: [
      { person: "Ana", note: "needs a plan" },
      { person: "Bram", note: "is on hold" },
    ],
    request: ({ person, note }) =>
      `Add the observation "${note}" to every project that ${person} leads, as far as you remember.`,
    programs: {
      typescript: `const { relations } = await memory.read_graph();
const names = relations.filter((r) => r.from === $person && r.relationType === "leads").map((r) => r.to);
await memory.add_observations({ observations: names.map((entityName) => ({ entityName, contents: [$note] })) });
names`,
      python: `relations = (await memory.read_graph())["relations"]
names = [r["to"] for r in relations if r["from"] == $person and r["relationType"] == "leads"]
await memory.add_observations(observations=[{"entityName": n, "contents": [$note]} for n in names])
names`,
    },
    want: ({ memory }, { person, note = "" }) => {
      for (const { to } of memory.relations.filter((r) => r.from === person && r.relationType === "leads")) {
        memory.entities.find(({ name }) => name === to)?.observations.push(note);
      }
    },
  },
  {
    name: "commit-a-change-log",
    servers: ["filesystem", "git"],
    tasks: [{ branch: "change-log" }, { branch: "release-notes" }],
    request: ({ branch }) =>
      `On a new branch ${branch} of the repository in repo, write repo/CHANGES.md with one line "- SUBJECT" for each commit, newest first, and commit it as "Add the changes".`,
    programs: {
      typescript: `const { commits } = await git.git_log({ max_count: 100 });
await git.git_create_branch({ name: $branch });
await filesystem.write_file({ path: "repo/CHANGES.md", content: commits.map((c) => "- " + c.subject + "\\n").join("") });
await git.git_add({ files: ["CHANGES.md"] });
await git.git_commit({ message: "Add the changes" });
commits.length`,
      python: `commits = (await git.git_log(max_count=100))["commits"]
await git.git_create_branch(name=$branch)
await filesystem.write_file(path="repo/CHANGES.md", content="".join("- " + c["subject"] + "\\n" for c in commits))
await git.git_add(files=["CHANGES.md"])
await git.git_commit(message="Add the changes")
len(commits)`,
    },
    want: (state, { branch = "" }) => {
      replaceFile(state, "repo/CHANGES.md", state.repository.commits.map((subject) => `- ${subject}\n`).join(""));
      state.repository.branch = branch;
      state.repository.commits.unshift("Add the changes");
    },
  },
];
