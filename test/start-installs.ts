import { openPeerFolder, PEER_SIDES } from "./adapters/peer-folder.ts";

/**
 * Installs the agent SDKs while other tests run, when all tests are run: their tests would wait for it one after the
 * other. What fails here fails again, and is told, where it is needed.
 */
export default function startInstalls(): void {
  const namesTests = process.argv.slice(2).some((word) => word !== "run" && !word.startsWith("-"));
  if (namesTests) return;
  for (const side of PEER_SIDES) void openPeerFolder(side).catch(() => {});
}
