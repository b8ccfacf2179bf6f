import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const entity = (name, entityType, ...observations) => ({ name, entityType, observations });
const plan = (title, ...tasks) => ({
  originalRequest: title,
  tasks: tasks.map((task) => ({ title: task, description: `${task} it` })),
});

/**
 * Tools of real servers that declare no output schema, with eight inputs each: server, tool, inputs.
 *
 * @param folder the folder that the servers work in
 * @param url an address on this machine that answers JSON for any path
 */
export function learnedCalls(folder, url) {
  const path = (name) => join(folder, name);
  const folders = ["one", "two", "three", "four", "five", "six", "seven", "eight"].map((name) => path(`made/${name}`));
  for (const [place, made] of folders.entries()) {
    mkdirSync(join(made, "deep"), { recursive: true });
    for (let file = 0; file <= place; file++) writeFileSync(join(made, `file${file}.txt`), `text ${file}`);
    writeFileSync(join(made, "plan.drawio"), drawing(place + 1));
  }
  const people = ["Ada", "Ben", "Cleo", "Dora", "Emil", "Fay", "Gus", "Hal"];
  const words = ["circle", "arrow", "cloud", "table", "user", "server", "database", "queue"];
  const urls = ["", "/a", "/a?b=c", "/?x=1&y=2", "/#end", ":8080/", "/p/q/r.html", "/?list=1&list=2"];
  const versions = ["1.2.3", "0.0.1", "10.20.30", "2.0.0", "1.2.3-beta.1", "4.5.6+build.7", "1.0.0", "3.1.4"];
  return [
    ["agentfs", "directory_tree", folders.map((each) => ({ path: each }))],
    ["agentfs", "list_directory", folders.map((each) => ({ path: each }))],
    ["agentfs", "get_file_info", folders.map((each) => ({ path: each }))],
    ["bank", "list_projects", people.map(() => ({}))],
    ["bank", "list_project_files", people.map(() => ({ projectName: "alpha" }))],
    ["calc", "url_parse", urls.map((rest) => ({ url: `https://user.example.com${rest}` }))],
    ["calc", "semver", versions.map((version) => ({ action: "parse", version }))],
    ["calc", "math", [1, 2, 3, 4, 5, 6, 7, 8].map((n) => ({ action: "eval", expression: `${n}/4` }))],
    ["calc", "color", words.map((_, n) => ({ color: `#${n}${n}aa0${n}` }))],
    ["calc", "count", words.map((text) => ({ text }))],
    ["commander", "get_config", words.map(() => ({}))],
    ["commander", "list_directory", folders.map((each) => ({ path: each }))],
    ["curl", "curl", words.map((word) => ({ url: `${url}${word}` }))],
    ["drawio", "list_pages", folders.map((each) => ({ path: join(each, "plan.drawio") }))],
    ["everything", "get-sum", words.map((_, n) => ({ a: n, b: n / 2 }))],
    ["excel", "excel_describe_sheets", words.map(() => ({ fileAbsolutePath: path("book.xlsx") }))],
    ["graph", "create_entities", people.map((name) => ({ entities: [entity(name, "person", `${name} counts`)] }))],
    ["graph", "search_nodes", people.map((query) => ({ query }))],
    ["graph", "read_graph", people.map(() => ({}))],
    ["runner", "run-code", words.map((word) => ({ code: `console.log("${word}")`, languageId: "javascript" }))],
    ["tasks", "request_planning", words.map((word, n) => plan(word, ...people.slice(0, n + 1)))],
    ["tasks", "list_requests", words.map(() => ({}))],
    ["time", "current_time", words.map(() => ({ format: "YYYY-MM-DD" }))],
    ["time", "days_in_month", words.map((_, n) => ({ date: `2025-0${n + 1}-01` }))],
  ];
}

function drawing(pages) {
  const page = (number) => `<diagram id="d${number}" name="Page ${number}"><mxGraphModel/></diagram>`;
  return `<mxfile>${Array.from({ length: pages }, (_, number) => page(number)).join("")}</mxfile>`;
}
