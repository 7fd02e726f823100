import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { build, type Metafile } from 'esbuild'
import { ROOT } from '../../scripts/run-tool.ts'
import { PRODUCT_VSIX } from '../e2e/artefacts.ts'
import { vsixFiles } from './vsix-files.ts'

/** Bundles an entry and returns what went in. */
async function bundle(entry: string, external: readonly string[]): Promise<Metafile> {
  const result = await build({
    entryPoints: [join(ROOT, entry)],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import'],
    format: 'esm',
    external: [...external],
    absWorkingDir: ROOT,
    logLevel: 'silent',
  })
  return result.metafile
}

const NODE = ['node:*']

describe('What imports what (design.md, direction of imports)', () => {
  it('the core bundles without vscode and without Node.js', async () => {
    const { inputs } = await bundle('extension/core/src/index.ts', [])
    for (const path of Object.keys(inputs)) {
      ok(
        path.startsWith('extension/core/src/') || path.startsWith('node_modules/oauth4webapi/'),
        path,
      )
      equal(path.startsWith('extension/core/src/node/'), false, path)
    }
  })

  it('only core/src/node uses node:*', async () => {
    const { inputs } = await bundle('extension/core/src/node/index.ts', [
      ...NODE,
      'proper-lockfile',
    ])
    for (const [path, { imports }] of Object.entries(inputs)) {
      const usesNode = imports.some((imported) => imported.path.startsWith('node:'))
      if (usesNode) ok(path.startsWith('extension/core/src/node/'), path)
    }
  })

  it('the site’s client-metadata imports nothing but itself', async () => {
    const { inputs } = await bundle('site/src/client-metadata/index.ts', [])
    for (const path of Object.keys(inputs)) ok(path.startsWith('site/src/client-metadata/'), path)
  })

  it('the extension imports the core, the client metadata and libraries, and nothing of test or scripts', async () => {
    const { inputs } = await bundle('extension/src/extension.ts', [
      ...NODE,
      'vscode',
      'proper-lockfile',
    ])
    const ours = Object.keys(inputs).filter((path) => !path.startsWith('node_modules/'))
    for (const path of ours)
      ok(/^(extension\/(core\/)?src|site\/src\/client-metadata)\//.test(path), path)
  })
})

/** All of the product's code. */
async function bundles(): Promise<string> {
  const files = [...(await vsixFiles(PRODUCT_VSIX))]
  return files.flatMap(([name, text]) => (name.endsWith('.cjs') ? [text] : [])).join('\n')
}

describe('The VSIX', () => {
  it('holds the bundle, the manifest and the texts, and nothing else', async () => {
    const files = await vsixFiles(PRODUCT_VSIX)
    deepEqual([...files.keys()].filter((name) => name.startsWith('extension/')).sort(), [
      'extension/LICENSE.txt',
      'extension/changelog.md',
      'extension/dist/extension.cjs',
      'extension/dist/parts.cjs',
      'extension/l10n/bundle.l10n.de.json',
      'extension/media/icon.png',
      'extension/media/view.svg',
      ...['accounts', 'chat', 'help', 'sign-in'].flatMap((step) => [
        `extension/media/walkthrough/${step}.de.md`,
        `extension/media/walkthrough/${step}.md`,
      ]),
      'extension/package.json',
      'extension/package.nls.de.json',
      'extension/package.nls.json',
      'extension/readme.md',
    ])
  })

  it('requires only vscode and what Node.js has built in', async () => {
    const required = [...(await bundles()).matchAll(/\brequire\("([^"]+)"\)/g)].map(
      ([, name]) => name ?? '',
    )
    ok(required.length > 3)
    for (const name of new Set(required)) {
      const known = ['vscode', './parts.cjs'].includes(name)
      ok(known || builtinModules.includes(name.replace(/^node:/, '')), name)
    }
  })

  it('loads at activation what registers, and requires nothing but vscode until it is used (C, speed)', async () => {
    const entry = (await vsixFiles(PRODUCT_VSIX)).get('extension/dist/extension.cjs') ?? ''
    const atOnce = [...entry.matchAll(/(=>|\bfunction\b)?[^;=>]*\brequire\("([^"]+)"\)/g)]
    ok(Buffer.byteLength(entry) < 4096, 'small')
    equal(atOnce.filter(([, , name]) => name === 'vscode').length, 1)
    // The parts behind the registrations stand inside a function.
    ok(/=>[^;]*require\("\.\/parts\.cjs"\)/.test(entry))
    equal(atOnce.length, 2)
  })

  it('opens the system’s browser and no page of its own: no webview (A4.27)', async () => {
    const bundled = await bundles()
    ok(bundled.includes('openExternal'))
    equal(/webview/i.test(bundled), false)
  })

  it('holds no test code, no private key and no path of a build machine', async () => {
    for (const [name, text] of await vsixFiles(PRODUCT_VSIX)) {
      equal(/\bmocha\b|node:assert|SIGNET_TEST/.test(text), false, name)
      equal(/-----BEGIN [A-Z ]*PRIVATE KEY-----|"d":\s*"[\w-]{20,}"/.test(text), false, name)
      equal(text.includes(ROOT), false, name)
    }
  })

  it('sends the client_id that the built site publishes, byte for byte', async () => {
    const published = await readFile(join(ROOT, 'site', 'dist', 'oauth', 'client.json'), 'utf8')
    const { client_id: clientId } = JSON.parse(published) as { client_id: string }
    const { publishedIdentity } = await import('@signet/site/client-metadata')
    equal(publishedIdentity('production').clientId, clientId)
  })
})

describe('The published document', () => {
  it('names a logo for consent pages, which the site serves beside it (complaint 3)', async () => {
    const dist = join(ROOT, 'site', 'dist')
    const text = await readFile(join(dist, 'oauth', 'client.json'), 'utf8')
    const { client_id, logo_uri } = JSON.parse(text) as Record<'client_id' | 'logo_uri', string>
    equal(new URL(logo_uri).origin, new URL(client_id).origin)
    const logo = await readFile(join(dist, new URL(logo_uri).pathname))
    equal(logo.subarray(1, 4).toString(), 'PNG')
  })
})
