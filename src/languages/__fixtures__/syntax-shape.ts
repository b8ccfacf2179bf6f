import { API } from "typescript/unstable/sync";
import { createVirtualFileSystem } from "typescript/unstable/fs";
import { SyntaxKind, type Node } from "typescript/unstable/ast";

export interface ParsedText {
  /** Kinds of the nodes of the program, nested; names and values do not show. */
  readonly shape: string;
  readonly errors: readonly string[];
}

/** Parses texts as TypeScript with the compiler's own parser. */
export function parseTexts(texts: readonly string[]): ParsedText[] {
  const files: Record<string, string> = Object.fromEntries(texts.map((text, index) => [`/p/t${index}.ts`, text]));
  const config = { compilerOptions: { noLib: true, types: [], noResolve: true }, files: texts.map((_, index) => `t${index}.ts`) };
  files["/p/tsconfig.json"] = JSON.stringify(config);
  const api = new API({ fs: createVirtualFileSystem(files) });
  try {
    const project = api.updateSnapshot({ openProjects: ["/p/tsconfig.json"] }).getProjects()[0];
    if (project === undefined) throw new Error("no project");
    return texts.map((_, index) => {
      const file = project.program.getSourceFile(`/p/t${index}.ts`);
      if (file === undefined) throw new Error("no such file");
      const errors = project.program.getSyntacticDiagnostics(`/p/t${index}.ts`).map((each) => JSON.stringify(each));
      return { shape: shapeOf(file), errors };
    });
  } finally {
    api.close();
  }
}

/** A quoted and a bare property name are the same thing. */
function shapeOf(node: Node): string {
  const parts: string[] = [];
  node.forEachChild((child) => {
    parts.push(shapeOf(child));
    return undefined;
  });
  if (node.kind === SyntaxKind.PropertySignature) parts[0] = "name";
  return `${SyntaxKind[node.kind] ?? node.kind}${parts.length === 0 ? "" : `(${parts.join(",")})`}`;
}
