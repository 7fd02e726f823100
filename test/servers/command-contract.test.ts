import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closeServer, listen } from './listen.ts'
import { ended, startSignet, type Ended } from './run-signet.ts'

const signet = async (...args: readonly string[]) =>
  await ended(startSignet(args, { timeout: 60_000 }))

/** What every command promises to programs and to people (design.md, command-line contract). */
describe('Every command', function () {
  this.timeout(120_000)
  let folder: string
  let nobody: string
  const hangsUp = createServer()

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signet-contract-'))
    hangsUp.on('connection', (socket) => socket.destroy())
    nobody = `127.0.0.1:${String(await listen(hangsUp, '127.0.0.1'))}`
  })
  after(async () => {
    await closeServer(hangsUp)
    await rm(folder, { recursive: true, force: true })
  })

  /** One failing use of each, its exit code, and the code in its JSON value. */
  const failures: readonly (readonly [string, () => readonly string[], number, string])[] = [
    ['sign-in', () => [`http://${nobody}/mcp`], 3, 'server_unreachable'],
    ['token', () => ['https://x.invalid/mcp', ...store()], 1, 'session_missing'],
    ['sign-out', () => ['https://x.invalid/mcp', ...store()], 1, 'session_missing'],
    ['call', () => ['https://x.invalid/mcp', 'tool', ...store()], 1, 'session_missing'],
    ['lint', () => ['x.json', '--ca', join(folder, 'ca.pem')], 1, 'file_unusable'],
    ['diagnose', () => [join(folder, 'x'), '--ca', join(folder, 'ca.pem')], 1, 'file_unusable'],
    ['diff', () => ['--against', 'live', '--connect', nobody], 3, 'origin_unreachable'],
    ['keys', () => ['retire', 'x', '--registry', join(folder, 'r.json')], 1, 'file_unusable'],
    ['check', () => ['--ca', join(folder, 'ca.pem')], 1, 'file_unusable'],
    ['watch', () => ['--ca', join(folder, 'ca.pem')], 1, 'file_unusable'],
  ]
  const store = () => ['--store', join(folder, 'sessions.json')]

  it('is in this table', async () => {
    const { code, stdout, stderr } = await signet('--help')
    const listed = [...stdout.matchAll(/^ {2}([a-z][a-z-]*) \[options\]/gm)].map(([, name]) => name)
    deepEqual(listed.sort(), failures.map(([name]) => name).sort())
    deepEqual([code, stderr], [0, ''])
  })

  for (const [name, args, exitCode, failure] of failures) {
    it(`${name}: help on stdout and 0; wrong usage 2 and a failure ${String(exitCode)}, as one JSON value`, async () => {
      const [help, misused, failed] = await Promise.all([
        signet(name, '--help'),
        signet(name, '--json', '--no-such-option'),
        signet(name, ...args(), '--json'),
      ])
      deepEqual([help.code, help.stderr], [0, ''])
      match(help.stdout, new RegExp(`^Usage: signet ${name} `))
      match(help.stdout, /--json/)

      deepEqual([misused.code, errorOf(misused).code], [2, 'usage'])
      deepEqual([failed.code, errorOf(failed).code], [exitCode, failure], failed.stderr)
      // People get words, not a stack.
      equal(/^ {4}at /m.test(failed.stderr + misused.stderr), false)
      equal(failed.stderr === '', false)
    })
  }
})

function errorOf({ stdout }: Ended): Record<string, string> {
  const { error } = JSON.parse(stdout) as { error: Record<string, string> }
  deepEqual(Object.keys(error).sort(), ['action', 'code', 'message', 'section', 'step'])
  return error
}
