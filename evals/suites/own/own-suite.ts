import { isDeepStrictEqual } from "node:util";
import type { ProgramLanguage, Suite, Task, World } from "../../harness/suite.ts";
import { LARGE_BUSINESS_TEMPLATES, SMALL_BUSINESS_TEMPLATES } from "./business-templates.ts";
import { FILE_TEMPLATES } from "./file-templates.ts";
import { OwnWorld } from "./own-world.ts";
import type { OwnState, Parameters, Template } from "./template.ts";

/** A task that remembers where it comes from. */
interface OwnTask extends Task {
  readonly want: (state: OwnState) => void;
}

const TEMPLATES: readonly Template[] = [...SMALL_BUSINESS_TEMPLATES, ...LARGE_BUSINESS_TEMPLATES, ...FILE_TEMPLATES];

const READS = /__(?:list_|read_|get_|find_|search_|open_|directory_|sales_chart|git_log|git_show|git_status)/;

const TASKS: readonly OwnTask[] = TEMPLATES.flatMap((template) =>
  template.tasks.map((parameters, at) => ({
    id: `${template.name}-${at + 1}`,
    template: template.name,
    servers: template.servers,
    steps: [
      {
        request: template.request(parameters),
        programs: {
          typescript: fill(template, "typescript", parameters),
          python: fill(template, "python", parameters),
        },
      },
    ],
    want: (state) => template.want(state, parameters),
  })),
);

/** Forty tasks of ours over files, memory, a repository and a business, among them those that code should lose. */
export const OWN_SUITE: Suite = {
  name: "own",
  tasks: TASKS,
  writes: (tool) => !READS.test(tool),
  isForeign: false,
  leftOut: [],
  open: openOwnWorld,
};

function fill({ programs }: Template, language: ProgramLanguage, parameters: Parameters): string {
  return programs[language].replaceAll(/\$([a-z]+)/g, (whole, name: string) =>
    parameters[name] === undefined ? whole : JSON.stringify(parameters[name]),
  );
}

async function openOwnWorld(): Promise<World> {
  const world = new OwnWorld();
  const start = world.read();
  const { folder, servers: commands } = world;
  return {
    folder,
    servers: commands,
    reset: async () => world.reset(),
    state: async (task) => JSON.stringify(world.read(task.servers)),
    check: async ({ id, servers }) => {
      const wanted = structuredClone(start);
      TASKS.find((task) => task.id === id)?.want(wanted);
      const found = world.read(servers);
      if (!servers.includes("git")) wanted.repository = found.repository;
      const wrong = (["business", "files", "memory", "repository"] as const).filter(
        (part) => !isDeepStrictEqual(found[part], wanted[part]),
      );
      return wrong.length === 0 ? undefined : `The ${wrong.join(" and the ")} of the end are not the wanted ones.`;
    },
    [Symbol.asyncDispose]: async () => world.close(),
  };
}
