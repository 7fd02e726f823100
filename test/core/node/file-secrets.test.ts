import { deepEqual, equal } from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileLock, fileSecrets } from '@signet/core/node'

describe('Secrets in a file (terminal)', () => {
  let folder = ''
  const store = () => fileSecrets(join(folder, 'secrets.json'), fileLock(join(folder, 'locks')))

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signet-test-'))
  })
  afterEach(async () => await rm(folder, { recursive: true, force: true }))

  it('is readable by its owner only', async function () {
    if (process.platform === 'win32') {
      console.log('      (skipped: Windows has no file modes)')
      this.skip()
    }
    await store().set('k', 'v')
    equal((await stat(join(folder, 'secrets.json'))).mode & 0o777, 0o600)
    await chmod(join(folder, 'secrets.json'), 0o644)
    await store().get('k')
    equal((await stat(join(folder, 'secrets.json'))).mode & 0o777, 0o600)
  })

  it('keeps every entry of two processes that write at once', async () => {
    const [one, two] = [store(), store()]
    const names = Array.from({ length: 10 }, (_, index) => `k${index}`)
    await Promise.all(names.map(async (key, i) => await (i % 2 === 0 ? one : two).set(key, key)))
    deepEqual([...(await store().keys())].sort(), names.sort())
  })

  it('leaves no half-written file behind', async () => {
    await store().set('k', 'v')
    await store().delete('k')
    deepEqual((await readdir(folder)).sort(), ['locks', 'secrets.json'])
  })

  it('refuses to take a broken file for an empty one', async () => {
    await writeFile(join(folder, 'secrets.json'), '{"entries":')
    const failed = await store()
      .get('k')
      .then(
        () => false,
        () => true,
      )
    equal(failed, true)
    equal(await readFile(join(folder, 'secrets.json'), 'utf8'), '{"entries":')
  })
})
