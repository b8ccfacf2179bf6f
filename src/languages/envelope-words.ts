/** Words for the envelope that results come in elsewhere, as part of a pattern. Here a call returns the result itself. */
export const ENVELOPE_WORDS = "content|structuredContent|structured_content|data|result|results|response|body|output";
