import { serveState } from "../../servers/serve-state.ts";
import { WORKBENCH_TOOLS } from "./workbench-tools.ts";

const [, , name = "", file = ""] = process.argv;
await serveState(name, file, WORKBENCH_TOOLS[name] ?? []);
