/** A session between its programs. */
interface HeldSession {
  readonly holder: unknown;
  readonly kept: { readonly sandbox: { readonly heldBytes?: number } } | undefined;
}

/**
 * The sessions that have to go so that the others take no more than some memory: of the holder who has most of it, the
 * one idle longest first. `idle` is in that order.
 */
export function beyondMemory<Session extends HeldSession>(
  idle: readonly Session[],
  mostBytes: number,
): readonly Session[] {
  const left = idle.map((session) => ({ session, bytes: session.kept?.sandbox.heldBytes ?? 0 }));
  const gone: Session[] = [];
  for (;;) {
    const byHolder = new Map<unknown, number>();
    for (const { session, bytes } of left) byHolder.set(session.holder, (byHolder.get(session.holder) ?? 0) + bytes);
    const held = [...byHolder.values()];
    const most = Math.max(0, ...held);
    if (held.reduce((sum, bytes) => sum + bytes, 0) <= mostBytes) return gone;
    const place = left.findIndex(({ session, bytes }) => bytes > 0 && byHolder.get(session.holder) === most);
    gone.push(...left.splice(place, 1).map(({ session }) => session));
  }
}
