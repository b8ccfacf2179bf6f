import {
  emitPythonDeclaration,
  emitPythonImport,
  emitPythonSignature,
  emitShortPythonSignature,
} from "./python/emit/views.ts";
import { emitDeclaration, emitImport, emitShortSignature, emitSignature } from "./typescript/emit/views.ts";
import { briefLine } from "../catalog/brief.ts";
import type { ToolEntry } from "../catalog/tool.ts";
import type { GuestLanguage } from "../engines/engine.ts";

/** The texts that describe a tool in one guest language. */
interface LanguageEmitters {
  brief(tool: ToolEntry): string;
  signature(tool: ToolEntry): string;
  shortSignature(tool: ToolEntry): string;
  declaration(tool: ToolEntry): string;
  importLine(tool: ToolEntry): string;
}

const EMITTERS: Readonly<Record<GuestLanguage, LanguageEmitters>> = {
  typescript: {
    brief: briefLine,
    signature: emitSignature,
    shortSignature: emitShortSignature,
    declaration: emitDeclaration,
    importLine: emitImport,
  },
  python: {
    brief: briefLine,
    signature: emitPythonSignature,
    shortSignature: emitShortPythonSignature,
    declaration: emitPythonDeclaration,
    importLine: emitPythonImport,
  },
};

/** The emitters of a guest language. */
export function emittersFor(language: GuestLanguage): LanguageEmitters {
  return EMITTERS[language];
}
