import type { ToolEntry } from "../catalog/tool.ts";
import { briefLine } from "../catalog/brief.ts";
import { emitDeclaration, emitImport, emitSignature } from "../bindings/typescript/views.ts";
import type { GuestLanguage } from "../sandbox/port.ts";

/** The texts that describe a tool in one guest language. */
export interface LanguageEmitters {
  brief(tool: ToolEntry): string;
  signature(tool: ToolEntry): string;
  declaration(tool: ToolEntry): string;
  importLine(tool: ToolEntry): string;
}

/** The emitters of a guest language. */
export function emittersFor(_language: GuestLanguage): LanguageEmitters {
  return { brief: briefLine, signature: emitSignature, declaration: emitDeclaration, importLine: emitImport };
}
