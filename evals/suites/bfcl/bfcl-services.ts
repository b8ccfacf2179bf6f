import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StateTool } from "../../servers/serve-state.ts";
import { FILE_BEHAVIOURS } from "./file-behaviours.ts";
import { MATH_BEHAVIOURS, MESSAGE_BEHAVIOURS, POST_BEHAVIOURS, TICKET_BEHAVIOURS } from "./office-behaviours.ts";
import type { Behaviour, ServiceState } from "./simulated-state.ts";
import { TRADING_BEHAVIOURS, TRAVEL_BEHAVIOURS } from "./travel-behaviours.ts";
import { VEHICLE_BEHAVIOURS } from "./vehicle-behaviours.ts";

/** A service: the file with its definitions, and what its tools do. */
interface Service {
  readonly file: string;
  readonly behaviours: Readonly<Record<string, Behaviour>>;
}

/** Services by the names that dialogues use. */
export const SERVICES: Readonly<Record<string, Service>> = {
  GorillaFileSystem: { file: "gorilla_file_system.json", behaviours: FILE_BEHAVIOURS },
  MathAPI: { file: "math_api.json", behaviours: MATH_BEHAVIOURS },
  MessageAPI: { file: "message_api.json", behaviours: MESSAGE_BEHAVIOURS },
  TwitterAPI: { file: "posting_api.json", behaviours: POST_BEHAVIOURS },
  TicketAPI: { file: "ticket_api.json", behaviours: TICKET_BEHAVIOURS },
  TradingBot: { file: "trading_bot.json", behaviours: TRADING_BEHAVIOURS },
  TravelAPI: { file: "travel_booking.json", behaviours: TRAVEL_BEHAVIOURS },
  VehicleControlAPI: { file: "vehicle_control.json", behaviours: VEHICLE_BEHAVIOURS },
};

/** Schema as the published definitions write it. */
interface PublishedSchema {
  readonly type: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, PublishedSchema>>;
  readonly required?: readonly string[];
  readonly items?: PublishedSchema;
}

const READS =
  /^(?:ls|pwd|cat|find|wc|sort|grep|du|tail|diff|get_|list_|view_|search_|check_|display|estimate_|gallon_|liter_|compute_|verify_|retrieve_|find_|mean|logarithm|standard_|absolute_|add$|divide|multiply|subtract|power|percentage|round_|max_|min_|sum_|square_|imperial_|si_|.*_get_login_status)/;

/** Whether a tool of a service changes nothing. */
export function isRead(tool: string): boolean {
  return READS.test(tool);
}

/** Tools of a service with the definitions of a folder of published data. */
export function loadTools(service: string, data: string): readonly StateTool<ServiceState>[] {
  const { file, behaviours } = SERVICES[service] ?? { file: "", behaviours: {} };
  const lines = readFileSync(join(data, file), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const { name, description, parameters } = JSON.parse(line) as {
      name: string;
      description: string;
      parameters: PublishedSchema;
    };
    return {
      name,
      description,
      inputSchema: { ...toJsonSchema(parameters), type: "object" },
      readOnly: isRead(name),
      run: (state, args) => {
        const behaviour = behaviours[name];
        if (behaviour === undefined) throw new Error(`${name} is not simulated: no answer of a dialogue uses it.`);
        return behaviour(state, args);
      },
    };
  });
}

const TYPES: Readonly<Record<string, string>> = { dict: "object", float: "number", tuple: "array" };

function toJsonSchema({
  type,
  description,
  properties,
  required,
  items,
}: PublishedSchema): Readonly<Record<string, unknown>> {
  const inner = Object.entries(properties ?? {}).map(([name, each]) => [name, toJsonSchema(each)]);
  return {
    ...(type === "any" ? {} : { type: TYPES[type] ?? type }),
    ...(description === undefined ? {} : { description }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(inner) }),
    ...(required === undefined ? {} : { required }),
    ...(items === undefined ? {} : { items: toJsonSchema(items) }),
  };
}
