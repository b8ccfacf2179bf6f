/** Generates typed bindings: catalog in, text out. */
export { emitGlobals, type GlobalsOptions } from "./bindings/typescript/globals.ts";
export { emitGuestLibrary } from "./bindings/typescript/guest-library.ts";
export { emitServerModule, type EmittedText, type ModuleOptions } from "./bindings/typescript/server-module.ts";
export { emitDeclaration, emitImport, emitSignature } from "./bindings/typescript/views.ts";
export { emitPythonModule, type PythonModuleOptions } from "./bindings/python/module.ts";
export { emitPythonStub, type PythonStub } from "./bindings/python/stub.ts";
export { emitPythonTree, type PythonTreeOptions } from "./bindings/python/tree.ts";
export { emitPythonDeclaration, emitPythonImport, emitPythonSignature } from "./bindings/python/views.ts";
export { briefLine as emitBrief } from "./catalog/brief.ts";
export { emitTree, type TreeOptions } from "./bindings/typescript/tree.ts";
export { type BoundSkill, emitSkillModule, type SkillModuleOptions } from "./bindings/typescript/skill-module.ts";
export { emitSkillsModule } from "./bindings/typescript/skills-module.ts";
export { emitPythonSkillModule } from "./bindings/python/skill-module.ts";
export { emitPythonSkillStub } from "./bindings/python/skill-stub.ts";
export { emitPythonSkillsModule } from "./bindings/python/skills-module.ts";
