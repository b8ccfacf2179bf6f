/** One spelling for all ways to write a URI; text that is not a URI stays unchanged, and names nothing. */
export function canonicalUri(uri: string): string {
  return URL.canParse(uri) ? new URL(uri).href : uri;
}
