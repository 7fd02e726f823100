import { deepEqual, equal, ok } from 'node:assert/strict'
import committed from '../../site/src/detection/detection.json' with { type: 'json' }
import type { Detection, DetectionRow } from '../../site/src/detection/table.ts'
import { CONTROLS } from './detection/controls.ts'
import { FAULTS } from './detection/faults.ts'
import { COLUMNS, measureCases, type Measured } from './detection/measure.ts'

describe('Who notices which fault (issue F, detection table)', function () {
  this.timeout(400_000)
  let faults: readonly Measured[]
  let controls: readonly Measured[]
  before(async () => {
    faults = await measureCases(FAULTS)
    controls = await measureCases(CONTROLS)
  })

  it('has at least forty faults and ten healthy hosts, each once', () => {
    ok(FAULTS.length >= 40 && CONTROLS.length >= 10)
    const ids = [...FAULTS, ...CONTROLS].map(({ id }) => id)
    deepEqual(ids, [...new Set(ids)])
  })

  for (const [index, { id, title, finding }] of FAULTS.entries()) {
    it(`${id}: ${title} is found as ${finding}`, () => {
      const { run } = faults[index]!
      const found = run.targets.flatMap((target) => target.findings.map((each) => each.id))
      ok(found.includes(finding), `${run.verdict}: ${found.join()}`)
      equal(run.verdict === 'bad' || run.verdict === 'degraded', true)
    })
  }

  for (const [index, { id, title }] of CONTROLS.entries()) {
    it(`${id}: ${title} is no alarm`, () => {
      const { run } = controls[index]!
      const loud = run.targets.flatMap(({ path, findings }) =>
        findings.filter(({ severity }) => severity !== 'info').map((each) => [path, each.id]),
      )
      deepEqual(loud, [])
      equal(run.verdict, 'ok')
    })
  }

  it('models other monitors as they are, where one was run: its own code said the same of every host', () => {
    const rows: readonly DetectionRow[] = [...committed.faults, ...committed.controls]
    for (const { column, alarms } of committed.runs as Detection['runs']) {
      ok(Object.keys(alarms).length > 0)
      for (const [id, alarm] of Object.entries(alarms))
        equal(rows.find((row) => row.id === id)?.alarms[column], alarm, `${column}: ${id}`)
    }
  })

  it('is what the site says', () => {
    deepEqual(
      {
        columns: COLUMNS,
        faults: faults.map(({ row }) => row),
        controls: controls.map(({ row }) => row),
      },
      { columns: committed.columns, faults: committed.faults, controls: committed.controls },
      'run `npm run detection` and read what changed',
    )
  })
})
