import { deepEqual, equal } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runSoak, type SoakReport } from '../../scripts/soak/run-soak.ts'

/** As many as fit into a test run; `npm run soak` runs a thousand. */
const SEEDS = 50

describe(`${SEEDS} schedules of kills, cuts and clock jumps on one store (C, “Reliability, measured”)`, function () {
  this.timeout(600_000)
  let directory: string
  let report: SoakReport

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'signet-soak-test-'))
    report = await runSoak({
      first: 1,
      count: SEEDS,
      directory,
      progress: (line) => console.log(`    ${line}`),
      explain: () => undefined,
    })
  })
  after(async () => await rm(directory, { recursive: true, force: true }))

  it('lose no session that a client could have kept (A6.41)', () => equal(report.sessionsLost, 0))
  it('send no refresh token twice (A6.41)', () => equal(report.doubleRefreshes, 0))
  it('serve no stale token', () => equal(report.staleTokensServed, 0))
  it('leave one session per account', () => equal(report.duplicateSessions, 0))
  it('all ran', () => deepEqual([report.seeds, report.failedSeeds], [SEEDS, []]))
})
