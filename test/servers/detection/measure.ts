import { runCheck, type CheckRun } from '../../../site/src/check/run.ts'
import type { Detection, DetectionColumn, DetectionRow } from '../../../site/src/detection/table.ts'
import { createCertificateAuthority } from '../certificate-authority.ts'
import type { Case, Fault } from './cases.ts'
import { CONTROLS } from './controls.ts'
import { FAULTS } from './faults.ts'
import { identityAt } from './identity.ts'
import { MONITORS } from './monitors.ts'
import { startWorld } from './world.ts'

const WEEK_MINUTES = 7 * 24 * 60

/** One case as everybody saw it. */
export interface Measured {
  readonly row: DetectionRow
  readonly run: CheckRun
}

/** Starts the host of each case, looks at it in every way, and writes down who raised an alarm. */
export async function measureCases(cases: readonly Case[]): Promise<readonly Measured[]> {
  const authorities = {
    trusted: await createCertificateAuthority(),
    stranger: await createCertificateAuthority(),
  }
  const measured: Measured[] = []
  for (const each of cases) {
    const { circumstances } = each
    const identity = identityAt(circumstances.publishedMinutesAgo ?? WEEK_MINUTES)
    const world = await startWorld(identity, circumstances, authorities)
    try {
      const run = await runCheck(identity.targets, {
        ...world,
        allowLoopback: false,
        clock: () => Date.now(),
        sleep: async () => undefined,
        signal: new AbortController().signal,
      })
      const alarms = [['signet', run.verdict !== 'ok']] as [string, boolean][]
      for (const { id, alarms: ask } of MONITORS) {
        let alarm = false
        for (const target of identity.targets) alarm ||= await ask(target, world)
        alarms.push([id, alarm])
      }
      measured.push({ row: rowOf(each, Object.fromEntries(alarms)), run })
    } finally {
      await world.close()
    }
  }
  return measured
}

/** Who looked, and how its verdicts came about. */
export const COLUMNS: readonly DetectionColumn[] = [
  { id: 'signet', name: 'Signet', basis: 'run: signet check as in this version' },
  ...MONITORS.map(({ id, name, basis }) => ({ id, name, basis })),
]

/** The page's data. Its date is when it was measured. */
export async function measureDetection(today: string): Promise<Detection> {
  const rows = async (cases: readonly Case[]) => (await measureCases(cases)).map(({ row }) => row)
  return {
    measuredOn: today,
    node: process.versions.node,
    columns: COLUMNS,
    faults: await rows(FAULTS),
    controls: await rows(CONTROLS),
  }
}

function rowOf(each: Case | Fault, alarms: Readonly<Record<string, boolean>>): DetectionRow {
  const { id, title, thread } = each
  return {
    id,
    title,
    thread: thread ?? null,
    finding: 'finding' in each ? each.finding : null,
    alarms,
  }
}
