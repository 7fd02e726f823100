// `npm run detection`: measures who notices which fault and writes the table that the site shows. A test compares.
// With `SIGNET_UPPTIME`, a checkout of upptime/uptime-monitor with its dependencies, Upptime's own code runs as well;
// with `SIGNET_GATUS`, the program, and `SIGNET_GATUS_VERSION`, which it cannot say itself, Gatus does; with
// `SIGNET_KUMA`, a checkout of louislam/uptime-kuma 1 with its dependencies, Uptime Kuma does.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import committed from '../site/src/detection/detection.json' with { type: 'json' }
import type { Detection } from '../site/src/detection/table.ts'
import {
  measureDetection,
  runGatuses,
  runKuma,
  runUpptime,
} from '../test/servers/detection/measure.ts'
import { ROOT } from './run-tool.ts'

const today = new Date().toISOString().slice(0, 10)
const { SIGNET_UPPTIME: upptime, SIGNET_KUMA: kuma } = process.env
const { SIGNET_GATUS: gatus, SIGNET_GATUS_VERSION } = process.env
const now = [
  ...(upptime === undefined ? [] : [await runUpptime(upptime, today)]),
  ...(kuma === undefined ? [] : [await runKuma(kuma, today)]),
  ...(gatus === undefined ? [] : await runGatuses(gatus, SIGNET_GATUS_VERSION ?? '', today)),
]
const again = new Set(now.map(({ column }) => column))
const earlier = (committed as Partial<Detection>).runs ?? []
const runs = [...earlier.filter(({ column }) => !again.has(column)), ...now]
const detection: Detection = { ...(await measureDetection(today)), runs }
const file = join(ROOT, 'site', 'src', 'detection', 'detection.json')
await writeFile(file, `${JSON.stringify(detection, undefined, 2)}\n`)
for (const { id, name } of detection.columns) {
  const seen = detection.faults.filter(({ alarms }) => alarms[id]).length
  const wrong = detection.controls.filter(({ alarms }) => alarms[id]).length
  console.log(
    `${name}: ${seen} of ${detection.faults.length} faults, ${wrong} false alarms of ${detection.controls.length}`,
  )
}
for (const { program, column, alarms } of runs) {
  const rows = [...detection.faults, ...detection.controls].filter(({ id }) => id in alarms)
  const other = rows.filter(({ id, alarms: modelled }) => modelled[column] !== alarms[id])
  console.log(
    `${program} (${column}), run: ${rows.length} hosts, unlike its model on ${other.length}`,
  )
  for (const { id } of other) console.log(`  ${id}: ${alarms[id] === true ? 'alarm' : 'quiet'}`)
}
