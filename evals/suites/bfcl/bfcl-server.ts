import { serveState } from "../../servers/serve-state.ts";
import { loadTools } from "./bfcl-services.ts";

const [, , service = "", file = "", data = ""] = process.argv;
await serveState(service, file, loadTools(service, data));
