import { runCheck, type CheckRun } from '../../../site/src/check/run.ts'
import type {
  Detection,
  DetectionColumn,
  DetectionRow,
  DetectionRun,
} from '../../../site/src/detection/table.ts'
import { createCertificateAuthority } from '../certificate-authority.ts'
import type { Case, Fault } from './cases.ts'
import { CONTROLS } from './controls.ts'
import { FAULTS } from './faults.ts'
import { lookWithGatus } from './gatus.ts'
import { identityAt, type Identity } from './identity.ts'
import { startKuma, type Kuma } from './kuma.ts'
import { MONITORS } from './monitors.ts'
import { startUpptime } from './upptime.ts'
import { startWorld, type World, type WorldOptions } from './world.ts'

const WEEK_MINUTES = 7 * 24 * 60

/** One case as everybody saw it. */
export interface Measured {
  readonly row: DetectionRow
  readonly run: CheckRun
}

/** Starts the host of each case, looks at it in every way, and writes down who raised an alarm. */
export async function measureCases(cases: readonly Case[]): Promise<readonly Measured[]> {
  const measured: Measured[] = []
  await eachWorld(cases, async (each, identity, world) => {
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
  })
  return measured
}

/** Runs Gatus itself on all cases, once for each of its columns. `program`: see runGatus. */
export async function runGatuses(
  program: string,
  version: string,
  today: string,
): Promise<readonly DetectionRun[]> {
  const alarms: Record<string, Record<string, boolean>> = {}
  await eachWorld(
    [...FAULTS, ...CONTROLS],
    async ({ id }, { targets }, world) => {
      for (const [column, alarm] of Object.entries(await lookWithGatus(program, targets, world)))
        (alarms[column] ??= {})[id] = alarm
    },
    { slow: true },
  )
  return Object.entries(alarms).map(([column, each]) => {
    return { column, program: `Gatus ${version}`, measuredOn: today, alarms: each }
  })
}

/** Runs Uptime Kuma itself on all cases. `checkout`: see startKuma. */
export async function runKuma(checkout: string, today: string): Promise<DetectionRun> {
  let kuma: Kuma | undefined
  const alarms: Record<string, boolean> = {}
  try {
    await eachWorld(
      [...FAULTS, ...CONTROLS],
      async ({ id }, { targets }, world) => {
        kuma ??= await startKuma(checkout, world.ca)
        alarms[id] = await kuma.alarms(targets, world)
      },
      { slow: true },
    )
    const program = `Uptime Kuma ${kuma?.version ?? ''}`
    return { column: 'kuma', program, measuredOn: today, alarms }
  } finally {
    await kuma?.close()
  }
}

/** Runs Upptime's own code on all cases. `checkout`: see startUpptime. */
export async function runUpptime(checkout: string, today: string): Promise<DetectionRun> {
  const upptime = await startUpptime(checkout)
  const alarms: Record<string, boolean> = {}
  try {
    await eachWorld([...FAULTS, ...CONTROLS], async ({ id }, { targets }, world) => {
      alarms[id] = await upptime.alarms(targets, world)
    })
  } finally {
    await upptime.close()
  }
  const program = `Upptime’s uptime-monitor ${upptime.version}`
  return { column: 'upptime', program, measuredOn: today, alarms }
}

/** Starts the host of each case in turn. */
async function eachWorld(
  cases: readonly Case[],
  look: (each: Case, identity: Identity, world: World) => Promise<void>,
  options: WorldOptions = {},
): Promise<void> {
  const authorities = {
    trusted: await createCertificateAuthority(365),
    stranger: await createCertificateAuthority(),
  }
  for (const each of cases) {
    const { circumstances } = each
    const identity = identityAt(circumstances.publishedMinutesAgo ?? WEEK_MINUTES)
    const world = await startWorld(identity, circumstances, authorities, options)
    try {
      await look(each, identity, world)
    } finally {
      await world.close()
    }
  }
}

/** Who looked, and how its verdicts came about. */
export const COLUMNS: readonly DetectionColumn[] = [
  { id: 'signet', name: 'Signet', basis: null, rules: 'signet check as in this version' },
  ...MONITORS.map(({ id, name, basis, rules }) => ({ id, name, basis, rules })),
]

/** The page's data, but for the programs that were run. Its date is when it was measured. */
export async function measureDetection(today: string): Promise<Omit<Detection, 'runs'>> {
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
