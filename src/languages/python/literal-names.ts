import { isBinding, isKeyword } from "./name-roles.ts";
import { childrenOf, type PythonPart, textOf } from "./read/parse-module.ts";

/** What names stand for that are bound once, to what the text spells out. */
export class LiteralNames {
  readonly #root: PythonPart;
  readonly #isToolCall: (call: PythonPart) => boolean;
  #values: ReadonlyMap<string, PythonPart> | undefined;

  /** @param isToolCall says whether a call leaves the dicts and lists unchanged that it is given */
  constructor(root: PythonPart, isToolCall: (call: PythonPart) => boolean) {
    this.#root = root;
    this.#isToolCall = isToolCall;
  }

  /** The expression a name is bound to; undefined where it may be another by the time the name is read. */
  valueOf(name: PythonPart): PythonPart | undefined {
    this.#values ??= this.#read();
    return this.#values.get(textOf(name));
  }

  #read(): ReadonlyMap<string, PythonPart> {
    const bound = new Map<string, PythonPart | undefined>();
    const changeable = new Set<string>();
    this.#root.node.cursor().iterate(({ node }) => {
      if (node.name !== "VariableName") return;
      const part = { node, text: this.#root.text };
      const name = textOf(part);
      if (isBinding(part)) bound.set(name, bound.has(name) ? undefined : assignedTo(part));
      else if (!isKeyword(part) && !this.#isHanded(part)) changeable.add(name);
    });
    return new Map(
      [...bound].flatMap(([name, value]) =>
        value === undefined || (IS_CHANGED.test(value.node.name) && changeable.has(name)) ? [] : [[name, value]],
      ),
    );
  }

  /** An argument of a tool, with or without stars, or of `print`. */
  #isHanded({ node, text }: PythonPart): boolean {
    const call = node.parent?.name === "ArgList" ? node.parent.parent : null;
    if (call === null) return false;
    const part = { node: call, text };
    const [callee] = childrenOf(part);
    return callee !== undefined && (textOf(callee) === "print" || this.#isToolCall(part));
  }
}

/** Values that methods and assignments can change. */
const IS_CHANGED = /^(?:Dictionary|Array)Expression$/;

/** The value of `name = value`, outside loops and branches or not: nothing else binds the name. */
function assignedTo({ node, text }: PythonPart): PythonPart | undefined {
  if (node.parent?.name !== "AssignStatement") return undefined;
  const parts = childrenOf({ node: node.parent, text }).filter((part) => part.node.name !== "TypeDef");
  const [target, mark, value, ...more] = parts;
  const isPlain = target?.node.from === node.from && mark?.node.name === "AssignOp" && more.length === 0;
  return isPlain ? value : undefined;
}
