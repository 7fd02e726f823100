/** Which monitor notices which fault: measured by a test, shown by a page, never typed. */
export interface Detection {
  /** YYYY-MM-DD. */
  readonly measuredOn: string
  readonly node: string
  readonly columns: readonly DetectionColumn[]
  /** Hosts with a fault: an alarm is right. */
  readonly faults: readonly DetectionRow[]
  /** Hosts without one: an alarm is false. */
  readonly controls: readonly DetectionRow[]
  /** Programs of others that were really run where they could be had; kept until they are run again. */
  readonly runs: readonly DetectionRun[]
}

/** A monitor's own code on the same hosts, for what the column of its model is worth. */
export interface DetectionRun {
  /** The column that models it. */
  readonly column: string
  readonly program: string
  /** YYYY-MM-DD. */
  readonly measuredOn: string
  /** Alarms by case. */
  readonly alarms: Readonly<Record<string, boolean>>
}

export interface DetectionColumn {
  readonly id: string
  readonly name: string
  /** What its model was read from, with its date; null: it is no model. */
  readonly basis: string | null
  /** What it looks at, and how it was set up. */
  readonly rules: string
}

export interface DetectionRow {
  readonly id: string
  readonly title: string
  /** `owner/repository#number`; null: nobody wrote of it. */
  readonly thread: string | null
  /** What Signet calls it; null for controls. */
  readonly finding: string | null
  /** By column. */
  readonly alarms: Readonly<Record<string, boolean>>
}
