/** Limits of what is kept and told, each with its unit in its name and its reason beside it. */
export const LIMITS = {
  /** One failure, already tried twice, may still be this machine's; two in a row are somebody's outage. */
  failuresToOpen: 2,
  /** The same for the end. */
  successesToClose: 2,
  /** How many incidents may close in the window before the next one has to stay well for longer. */
  closesBeforeDamping: 2,
  flapWindowMs: 6 * 3_600_000,
  /** Over an hour at five minutes: whoever flaps for that long is not well. */
  mostSuccessesToClose: 16,
  /** With so many, an incident needs the most successes anyway. */
  rememberedCloses: 6,
  /** With so many targets failing alike, and half of all, the host fails: one alert, not one for each. */
  targetsOfAnOrigin: 3,
  /** Single runs: to see what happened last night, and the night before. */
  runsMs: 48 * 3_600_000,
  /** Hours: to compare with last week. */
  hoursMs: 30 * 86_400_000,
  /** A line beyond is not ours; a run of a thousand targets with findings stays below. */
  lineBytes: 262_144,
  /** Cells on the status page. */
  shownDays: 90,
} as const
