import { defined } from "../../base/defined.ts";
import { statePythonIsolation } from "../../runs/sessions/python-isolation.ts";
import { createCodemode } from "../../host/create-codemode.ts";
import { defineTool } from "../../sources/functions/define-tool.ts";
import type { GuestLanguage } from "../../engines/engine.ts";
import { GUEST_LANGUAGES } from "../guest-language.ts";
import type { DoctorFinding } from "./finding.ts";

const FIRST_START: Readonly<Record<GuestLanguage, string>> = {
  typescript: "",
  python: " (the very first start of a version makes an image, about 5 s)",
};

/** Starts the sandbox of each language and runs `1 + 1` in it. */
export async function checkEngines(): Promise<readonly DoctorFinding[]> {
  await using codemode = createCodemode({ executor: { spareSandboxes: 0 } });
  const findings: DoctorFinding[] = [];
  for (const language of GUEST_LANGUAGES) {
    const began = performance.now();
    const run = await codemode.executor.execute("1 + 1", { language, typeCheck: false });
    const tookMs = performance.now() - began;
    findings.push(
      run.value === 2
        ? {
            name: `${language} sandbox`,
            status: "ok",
            detail: `starts and runs 1 + 1 in ${tookMs.toFixed(0)} ms${FIRST_START[language]}`,
          }
        : notRunning(language, run.error?.message ?? `1 + 1 gave ${JSON.stringify(run.value)}`, run.error?.hint),
    );
  }
  return findings;
}

/** Checks which isolation layers this machine offers for Python. */
export async function checkPythonIsolation(): Promise<DoctorFinding> {
  const { withBubblewrap, sentence, fix } = await statePythonIsolation();
  const status = withBubblewrap ? "ok" : "warning";
  return { name: "python isolation", status, detail: sentence, ...defined({ fix }) };
}

/** Has a call with a wrong argument checked before it runs. */
export async function checkTypeChecker(): Promise<DoctorFinding> {
  const name = "type checker";
  const inputSchema = { type: "object", properties: { count: { type: "number" } }, required: ["count"] };
  const probe = defineTool({ name: "probe", description: "Does nothing.", inputSchema, execute: async () => "ran" });
  await using codemode = createCodemode({ tools: { doctor: [probe] } });
  const run = await codemode.executor.execute('await doctor.probe({ count: "many" })', { typeCheck: true });
  if (run.error?.code === "type_error")
    return { name, status: "ok", detail: "wrong arguments are found before a program runs" };
  return {
    name,
    status: "warning",
    detail: "TypeScript programs run unchecked; wrong arguments are found when the call is made",
    fix: "Reinstall codemode with its optional dependencies (npm install --include=optional).",
  };
}

function notRunning(language: GuestLanguage, reason: string, hint: string | undefined): DoctorFinding {
  const status = language === "typescript" ? "problem" : "warning";
  return {
    name: `${language} sandbox`,
    status,
    detail: reason,
    fix: hint ?? "Reinstall codemode; its sandbox files may be incomplete.",
  };
}
