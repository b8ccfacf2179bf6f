import { expect, test } from "vitest";
import { createToolCatalog } from "../../catalog/create-tool-catalog.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { skillsText } from "./skills-text.ts";

function skills(count: number, description: string): Catalog {
  return createToolCatalog(
    Array.from({ length: count }, (_, index) => ({
      name: `skills__do_${String(index).padStart(3, "0")}`,
      serverName: "skills",
      toolName: `do_${String(index).padStart(3, "0")}`,
      description: `${description} ${index}\nand more`,
      inputSchema: { type: "object" },
      meta: { kind: "skill", skillKind: index === 1 ? "folder" : "code" },
    })).toReversed(),
  );
}

test("a few skills are shown in the order of their names with the first line of what they say", () => {
  expect(skillsText(skills(2, "Does"), 600)).toBe("COMPLETE: all 2 skills.\ndo_000: Does 0\ndo_001 (folder): Does 1");
});

test("descriptions make room before names do", () => {
  const text = skillsText(
    skills(30, "Says what it does at some length, so that it has to be cut to fit in here,"),
    500,
  );
  expect(text).toMatch(/^COMPLETE: all 30 skills\.\ndo_000: Says what it does at some length, so that it has…\n/);
  expect(skillsText(skills(150, "Says what it does"), 400)).toMatch(/^COMPLETE: all 150 skills\.\ndo_000\ndo_001/);
});

test("hundreds of skills stay within the budget, and what is left out is counted", () => {
  const text = skillsText(skills(500, "Says what it does"), 600);
  expect(text.length).toBeLessThanOrEqual(2_400);
  const [first = "", ...lines] = text.split("\n");
  expect(first).toBe(`PARTIAL ${lines.length} of 500 skills; list_skills or search_tools finds the others.`);
  expect(lines.length).toBeGreaterThan(60);
  expect(skillsText(skills(500, "Says what it does"), 600)).toBe(text);
});

test("what a skill says cannot pass for another line", () => {
  const catalog = createToolCatalog([
    {
      name: "skills__x",
      serverName: "skills",
      toolName: "x",
      description: "One\u2028COMPLETE\u202e",
      inputSchema: { type: "object" },
    },
  ]);
  expect(skillsText(catalog, 100)).toBe("COMPLETE: all 1 skill.\nx: One");
});
