import { CodemodeError } from "../base/codemode-error.ts";
import { type Artifact, ArtifactStore } from "../runs/artifacts/artifact-store.ts";
import type { CodeModeExecutor } from "../host/executor.ts";

/** Bytes of artifacts kept for one client of several. */
const ARTIFACT_BYTES = 16 * 1024 * 1024;

/** Bytes of artifacts kept for all clients that cannot be distinguished. */
const SHARED_ARTIFACT_BYTES = 64 * 1024 * 1024;

/** Fewest characters of a session name that has to be a secret. */
const SECRET_CHARACTERS = 20;

/** State of one client of an executor: its guest sessions, runs and artifacts. */
export interface ClientScope {
  /** Store of its long results. */
  readonly artifacts: ArtifactStore;
  /** The executor's id for a session as the client names it. Throws `invalid_arguments` for a name that cannot be used. */
  sessionId(name: string): string;
  /** Name under which its runs are kept and found again; undefined for the local user. */
  readonly owner: string | undefined;
  /** True for clients that cannot be distinguished, so that no run is anyone's. @default false */
  readonly isShared?: boolean;
  /** Forgets the client's sessions and artifacts. */
  close(): Promise<void>;
}

/** The scope of an executor's only client, the local user. Closing it leaves the executor unchanged. */
export function createSoleScope(executor: CodeModeExecutor): ClientScope {
  return {
    artifacts: executor.artifacts,
    sessionId: (name) => name,
    owner: undefined,
    close: async () => {},
  };
}

/**
 * The scope of one client among several; what other clients name or keep is out of its reach.
 *
 * @param clientId identifies the client; must not be guessable by others
 * @param owner whose runs the client starts and finds, by default its own alone
 */
export function createClientScope(executor: CodeModeExecutor, clientId: string, owner: string = clientId): ClientScope {
  const sessions = new Set<string>();
  const artifacts = new ArtifactStore({
    ...executor.artifacts.shared,
    memory: executor.clientMemory,
    capacityBytes: ARTIFACT_BYTES,
    holder: owner,
  });
  return {
    owner,
    artifacts,
    sessionId: (name) => {
      const id = `${clientId}/${name}`;
      sessions.add(id);
      return id;
    },
    close: async () => {
      artifacts.clear();
      for (const id of sessions) await executor.clearState(id);
      sessions.clear();
    },
  };
}

/**
 * The scope of clients that cannot be distinguished. Sessions and artifacts are reached by any client that knows their
 * names, so none is ever listed and a session name that could be guessed is refused; no run is anyone's.
 *
 * @param newSecret makes a name to suggest
 */
export function createAnonymousScope(executor: CodeModeExecutor, newSecret: () => string): ClientScope {
  const scope = createClientScope(executor, newSecret());
  const artifacts = new UnlistedArtifactStore({ ...executor.artifacts.shared, capacityBytes: SHARED_ARTIFACT_BYTES });
  return {
    artifacts,
    owner: scope.owner,
    isShared: true,
    sessionId: (name) => {
      if (name.length >= SECRET_CHARACTERS) return scope.sessionId(name);
      throw new CodemodeError("invalid_arguments", `The session name "${name}" could be guessed by another client.`, {
        hint: `Use a random name of at least ${SECRET_CHARACTERS} characters, for instance "${newSecret()}".`,
      });
    },
    close: async () => {
      artifacts.clear();
      await scope.close();
    },
  };
}

/** Returns an artifact to any client that knows its id, and lists no ids. */
class UnlistedArtifactStore extends ArtifactStore {
  override get(id: string): Artifact {
    const artifact = super.list().find((held) => held.id === id);
    if (artifact !== undefined) return artifact;
    throw new CodemodeError(
      "invalid_arguments",
      `There is no artifact "${id}" (it may have made room for newer ones).`,
      {
        hint: "Run the program again to have its result.",
      },
    );
  }

  override list(): readonly Artifact[] {
    return [];
  }
}
