/** One spelling for all ways to write a URI; text that is no URI stays as it is, and names nothing. */
export function canonicalUri(uri: string): string {
  return URL.canParse(uri) ? new URL(uri).href : uri;
}
