import { serveState } from "../../servers/serve-state.ts";
import { BUSINESS_TOOLS } from "./business-tools.ts";

const [, , file = "business.json"] = process.argv;
await serveState("business", file, BUSINESS_TOOLS);
