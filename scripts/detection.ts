// `npm run detection`: measures who notices which fault and writes the table that the site shows. A test compares.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { measureDetection } from '../test/servers/detection/measure.ts'
import { ROOT } from './run-tool.ts'

const detection = await measureDetection(new Date().toISOString().slice(0, 10))
const file = join(ROOT, 'site', 'src', 'detection', 'detection.json')
await writeFile(file, `${JSON.stringify(detection, undefined, 2)}\n`)
for (const { id, name } of detection.columns) {
  const seen = detection.faults.filter(({ alarms }) => alarms[id]).length
  const wrong = detection.controls.filter(({ alarms }) => alarms[id]).length
  console.log(
    `${name}: ${seen} of ${detection.faults.length} faults, ${wrong} false alarms of ${detection.controls.length}`,
  )
}
