import { type ParseError, printParseErrorCode } from "jsonc-parser";
import { TextLines, type TextPosition } from "../../base/text-position.ts";

/** What a person reads of a fault in JSON text. */
interface JsonFault extends TextPosition {
  /** A few words, without a full stop. */
  readonly reason: string;
}

const REASONS: Readonly<Record<string, string>> = {
  InvalidSymbol: "only true, false, null and numbers stand without double quotes",
  InvalidNumberFormat: "this number is not one that JSON knows",
  PropertyNameExpected: "a key in double quotes is missing",
  ValueExpected: "a value is missing",
  ColonExpected: "a colon is missing after the key",
  CommaExpected: "a comma is missing before this",
  CloseBraceExpected: "a } is missing",
  CloseBracketExpected: "a ] is missing",
  EndOfFileExpected: "the text should have ended before this",
  InvalidCommentToken: "this is not a comment",
  UnexpectedEndOfComment: "this comment is not closed",
  UnexpectedEndOfString: "this text is not closed by a double quote",
  UnexpectedEndOfNumber: "this number breaks off",
  InvalidUnicode: "this \\u needs four hexadecimal digits",
  InvalidEscapeCharacter: "this backslash begins nothing that JSON knows: write two for one",
  InvalidCharacter: "this character cannot stand in a text",
};

/** Line and column, from 1, of a fault in JSON with comments, and its reason. */
export function describeJsonFault(text: string, { error, offset }: ParseError): JsonFault {
  const reason = text.trim() === "" ? "the file is empty" : (REASONS[printParseErrorCode(error)] ?? "this is not JSON");
  return { ...new TextLines(text).positionAt(offset), reason };
}
