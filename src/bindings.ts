/** Generates typed bindings: catalog in, text out. */
export { emitGlobals, type GlobalsOptions } from "./bindings/typescript/globals.ts";
export { emitGuestLibrary } from "./bindings/typescript/guest-library.ts";
export { emitServerModule, type EmittedText, type ModuleOptions } from "./bindings/typescript/server-module.ts";
export { emitBrief, emitDeclaration, emitImport, emitSignature } from "./bindings/typescript/views.ts";
export { emitTree, type TreeOptions } from "./bindings/typescript/tree.ts";
