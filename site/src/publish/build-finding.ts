/** One reason why a build may not go out, or should not. Words stand alone: they are all a log shows. */
export interface BuildFinding {
  /** Stable; what tests compare. */
  readonly id: string
  readonly severity: 'error' | 'warning'
  readonly message: string
  /** What to do about it. */
  readonly fix: string
}
