import { deepEqual, ok } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const CORE = join(import.meta.dirname, '..', '..', 'extension', 'core', 'src')

/** Every file of the core, with the files it imports, types too. */
function imports(): ReadonlyMap<string, readonly string[]> {
  const files = readdirSync(CORE, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(CORE, name))
  return new Map(
    files.map((file) => {
      const found = readFileSync(file, 'utf8').matchAll(
        /^(?:import|export|\}).* from '(\.[^']+)'/gm,
      )
      return [file, [...found].map(([, path = '']) => join(dirname(file), path))]
    }),
  )
}

describe('The files of the core (design.md, layout)', () => {
  const graph = imports()

  it('import each other in one direction only', () => {
    const circles = new Set<string>()
    const done = new Set<string>()
    const visit = (file: string, path: readonly string[]) => {
      if (path.includes(file)) circles.add([...path.slice(path.indexOf(file)), file].join(' → '))
      if (path.includes(file) || done.has(file)) return
      for (const next of graph.get(file) ?? []) visit(next, [...path, file])
      done.add(file)
    }
    for (const file of graph.keys()) visit(file, [])
    ok([...graph.values()].flat().length > 100, 'imports were found')
    deepEqual([...circles], [])
  })

  it('are read in one go: under 300 lines', () => {
    const long = [...graph.keys()].filter(
      (file) => readFileSync(file, 'utf8').split('\n').length > 300,
    )
    deepEqual(long, [])
  })
})
