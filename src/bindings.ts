/** Generates typed bindings: catalog in, text out. */
export { emitGlobals, type GlobalsOptions } from "./languages/typescript/emit/globals.ts";
export { emitGuestLibrary } from "./languages/typescript/emit/guest-library.ts";
export { emitServerModule, type EmittedText, type ModuleOptions } from "./languages/typescript/emit/server-module.ts";
export { emitDeclaration, emitImport, emitSignature } from "./languages/typescript/emit/views.ts";
export { emitPythonModule, type PythonModuleOptions } from "./languages/python/emit/module.ts";
export { emitPythonStub, type PythonStub } from "./languages/python/emit/stub.ts";
export { emitPythonTree, type PythonTreeOptions } from "./languages/python/emit/tree.ts";
export { emitPythonDeclaration, emitPythonImport, emitPythonSignature } from "./languages/python/emit/views.ts";
export { briefLine as emitBrief } from "./catalog/brief.ts";
export { emitTree, type TreeOptions } from "./languages/typescript/emit/tree.ts";
export { type BoundSkill, emitSkillModule, type SkillModuleOptions } from "./languages/typescript/emit/skill-module.ts";
export { emitSkillsModule } from "./languages/typescript/emit/skills-module.ts";
export { emitPythonSkillModule } from "./languages/python/emit/skill-module.ts";
export { emitPythonSkillStub } from "./languages/python/emit/skill-stub.ts";
export { emitPythonSkillsModule } from "./languages/python/emit/skills-module.ts";
