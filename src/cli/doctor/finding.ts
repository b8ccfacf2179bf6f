/** Result of one check. */
export interface DoctorFinding {
  /** Subject of the check. */
  readonly name: string;
  readonly status: "ok" | "warning" | "problem";
  /** What was found. */
  readonly detail: string;
  /** Recommended action; absent when nothing needs to be done. */
  readonly fix?: string;
}
