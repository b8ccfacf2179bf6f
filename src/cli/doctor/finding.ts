/** What one check found. */
export interface DoctorFinding {
  /** What was looked at. */
  readonly name: string;
  readonly status: "ok" | "warning" | "problem";
  /** What is the case. */
  readonly detail: string;
  /** What to do about it; absent when there is nothing to do. */
  readonly fix?: string;
}
