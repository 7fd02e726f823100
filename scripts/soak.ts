// `npm run soak [-- --seeds 1000] [--first 1] [--journal]`: schedules of several processes on one session store, with
// kills, network cuts and clock jumps, against a real authorization server that rotates refresh tokens and
// ends a grant when a spent one comes again. Prints what was lost; a seed can be replayed by its number,
// and `--journal` then says what each process did.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runSoak } from './soak/run-soak.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    first: { type: 'string', default: '1' },
    journal: { type: 'boolean', default: false },
  },
})
const directory = await mkdtemp(join(tmpdir(), 'signet-soak-worker-'))
try {
  const report = await runSoak({
    first: Number(values.first),
    count: Number(values.seeds),
    directory,
    progress: (line) => console.log(line),
    explain: values.journal ? (what) => console.dir(what, { depth: null }) : () => undefined,
  })
  console.log(JSON.stringify(report, null, 2))
  process.exitCode = report.failedSeeds.length === 0 ? 0 : 1
} finally {
  await rm(directory, { recursive: true, force: true })
}
