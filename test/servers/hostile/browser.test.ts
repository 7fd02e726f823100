import { deepEqual, equal, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSystemBrowser } from '@signet/core/node'
import { closeServer, listen } from '../listen.ts'

describe('The system browser (D4, G14)', () => {
  // The stand-in is a script on PATH, found by the name that Linux uses.
  const onLinux = process.platform === 'linux'
  if (!onLinux) console.log('skipped on this platform: the browser stand-in is a Linux script')

  it('gets the address as one argument that no shell reads', async function () {
    if (!onLinux) this.skip()
    const folder = await mkdtemp(join(tmpdir(), 'signet-browser-'))
    const path = process.env.PATH
    const told = await listenOnce()
    try {
      const script = join(folder, 'xdg-open')
      await writeFile(
        script,
        `#!/bin/sh\nprintf '%s\\n' "$#" "$1" > ${folder}/arguments\n${process.execPath} -e "fetch('${told.url}')"\n`,
      )
      await chmod(script, 0o755)
      process.env.PATH = `${folder}:${path ?? ''}`
      const url = `https://login.service.test/a$(touch ${folder}/owned);\`touch ${folder}/owned\`|&x?q='"$(touch ${folder}/owned)`
      equal(await openSystemBrowser(url), true)
      await told.done
      deepEqual((await readFile(join(folder, 'arguments'), 'utf8')).trimEnd().split('\n'), [
        '1',
        new URL(url).href,
      ])
      await readFile(join(folder, 'owned')).then(
        () => ok(false, 'a command ran'),
        () => undefined,
      )
    } finally {
      process.env.PATH = path
      await rm(folder, { recursive: true })
    }
  })

  for (const url of [
    'javascript:alert(1)',
    'file:///etc/passwd',
    'vscode://a.b/c',
    'data:text/html,x',
    'ms-msdt:/id',
    'vbscript:x',
  ]) {
    it(`is not opened for ${url}`, async () => {
      equal(await openSystemBrowser(url), false)
    })
  }
})

/** A port whose first request resolves `done`. */
async function listenOnce() {
  const server = createServer((_request, response) => response.end())
  const port = await listen(server, '127.0.0.1')
  const done = once(server, 'request').then(async () => await closeServer(server))
  return { url: `http://127.0.0.1:${port}`, done }
}
