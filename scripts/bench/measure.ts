/** One figure of a bench. */
export interface Measure {
  readonly what: string
  readonly value: number
  readonly unit: string
  /** What was promised, where something was. */
  readonly limit: { readonly atMost: number } | { readonly atLeast: number } | undefined
}

/** Runs on this machine alone and stops what it started. */
export type Bench = (progress: (line: string) => void) => Promise<readonly Measure[]>

export function keeps({ value, limit }: Measure): boolean {
  if (limit === undefined) return true
  return 'atMost' in limit ? value <= limit.atMost : value >= limit.atLeast
}

/** The value below which `share` (0 to 1) of the samples lie. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}
