import { BUNDLED_SITE } from '../../test/e2e/artefacts.ts'
import { startDeployment } from '../../test/servers/deployment.ts'
import type { Verdict } from './judge.ts'
import { bundleWorker, runSeed } from './run-seed.ts'

export interface SoakOptions {
  readonly first: number
  readonly count: number
  /** For the bundled worker. */
  readonly directory: string
  readonly progress: (line: string) => void
  /** Hears what every process of a seed wrote. */
  readonly explain: (what: unknown) => void
}

export interface SoakReport {
  readonly seeds: number
  readonly sessionsLost: number
  readonly doubleRefreshes: number
  readonly staleTokensServed: number
  readonly duplicateSessions: number
  /** Sessions whose new token the schedule itself destroyed; see Verdict. */
  readonly destroyedBySchedule: number
  readonly failedSeeds: readonly number[]
}

/** A schedule is processes that wait for each other; a few at once keep a small machine busy. */
const AT_ONCE = 4

export async function runSoak({
  first,
  count,
  directory,
  progress,
  explain,
}: SoakOptions): Promise<SoakReport> {
  const worker = await bundleWorker(directory)
  const deployment = await startDeployment({
    siteDirectory: BUNDLED_SITE,
    host: '127.0.0.1',
    accessTokenSeconds: 300,
    registration: false,
  })
  const verdicts = new Map<number, Verdict>()
  let next = first
  const lane = async () => {
    while (next < first + count) {
      const seed = next
      next += 1
      const verdict = await runSeed(seed, deployment.mcpServer.url, worker, explain)
      verdicts.set(seed, verdict)
      if (failed(verdict)) progress(`seed ${seed}: ${JSON.stringify(verdict)}`)
      if (verdicts.size % 100 === 0) progress(`${verdicts.size} of ${count} seeds`)
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, lane))
  } finally {
    await deployment.close()
  }
  const sum = (of: (verdict: Verdict) => readonly string[]) =>
    [...verdicts.values()].reduce((total, verdict) => total + of(verdict).length, 0)
  return {
    seeds: verdicts.size,
    sessionsLost: sum(({ lost }) => lost),
    doubleRefreshes: sum(({ doubleRefreshes }) => doubleRefreshes),
    staleTokensServed: sum(({ staleTokens }) => staleTokens),
    duplicateSessions: sum(({ duplicates }) => duplicates),
    destroyedBySchedule: sum(({ destroyed }) => destroyed),
    failedSeeds: [...verdicts].filter(([, verdict]) => failed(verdict)).map(([seed]) => seed),
  }
}

function failed({ lost, doubleRefreshes, staleTokens, duplicates }: Verdict): boolean {
  return [lost, doubleRefreshes, staleTokens, duplicates].some((list) => list.length > 0)
}
