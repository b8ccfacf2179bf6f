import { serveState } from "../../servers/serve-state.ts";
import { loadTools } from "./bfcl-services.ts";
import { recordingAnswers } from "./bfcl-world.ts";

const [, , service = "", file = "", data = ""] = process.argv;
await serveState(service, file, recordingAnswers(file, loadTools(service, data)));
