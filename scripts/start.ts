// `npm start`: the main job on servers that run here, for a person (default) or by itself (`-- --auto`).
import { parseArgs } from 'node:util'
import { runScript } from './run-tool.ts'
import { showDemo } from './demo/show.ts'
import { runAutomatically } from './demo/auto.ts'

const { values } = parseArgs({
  options: { auto: { type: 'boolean', default: false } },
})

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interrupted.abort())
}
const progress = (line: string) => console.log(line)

progress('Building the site and the extension…')
await runScript('scripts/build.ts', [])
const run = values.auto ? runAutomatically : showDemo
process.exitCode = await run(progress, interrupted.signal)
