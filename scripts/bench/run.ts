// `npm run bench -- <name>`: figures of one part, beside others doing the same job in the same run. Ratios
// travel between machines; the absolute figures are of this one.
import { cpus } from 'node:os'
import { keeps, type Bench, type Measure } from './measure.ts'

/** A bench is loaded only when it is asked for. */
const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  core: async () => (await import('./core.ts')).coreBench,
  site: async () => (await import('./site.ts')).siteBench,
  gateway: async () => (await import('./gateway.ts')).gatewayBench,
  watch: async () => (await import('./watch.ts')).watchBench,
}

function line(measure: Measure): string {
  const { what, value, unit, limit } = measure
  const figure = `${value.toFixed(value < 10 ? 2 : 0)} ${unit}`.trimEnd()
  if (limit === undefined) return `  ${what.padEnd(58)} ${figure}`
  const promised = 'atMost' in limit ? `at most ${limit.atMost}` : `at least ${limit.atLeast}`
  const verdict = keeps(measure) ? '✔' : '✖'
  return `${verdict} ${what.padEnd(58)} ${figure.padEnd(12)} (${promised})`
}

const name = process.argv[2] ?? ''
const load = BENCHES[name]
if (load === undefined) {
  console.error(`npm run bench -- ${Object.keys(BENCHES).join(' | ')}`)
  process.exit(2)
}
const bench = await load()
const measures = await bench((text) => console.error(text))
const [cpu] = cpus()
console.log(`${name}, on ${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${process.version}`)
for (const measure of measures) console.log(line(measure))
process.exit(measures.every(keeps) ? 0 : 1)
