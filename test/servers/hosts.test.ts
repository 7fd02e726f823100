import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { headerBlocks, headersFor, PAGE_CACHE } from '../../site/src/publish/headers.ts'
import { routes } from '../../site/src/publish/routes.ts'
import { BUNDLED_SITE } from '../e2e/artefacts.ts'
import { findOrInstall } from '../support/debian-command.ts'
import { CADDY, NGINX, startStaticHost, type StaticHost } from './static-host.ts'

const TARGET = { environment: 'production', preview: false } as const
const TABLE = routes(TARGET)
const BLOCKS = headerBlocks(TABLE, TARGET)
const GENERATED = join(BUNDLED_SITE, '..', 'dist-hosts')

const HOSTS = [
  { program: NGINX, file: 'nginx.conf', variable: 'SIGNET_NGINX' },
  { program: CADDY, file: 'Caddyfile', variable: 'SIGNET_CADDY' },
]

for (const { program, file, variable } of HOSTS) {
  describe(`${program.name} with the generated configuration (issue E.7)`, () => {
    let host: StaticHost | undefined

    before(async function () {
      this.timeout(180_000)
      const command = findOrInstall(
        {
          names: [program.name],
          debianPackage: program.name,
          variable,
          elsewhere: [`/usr/sbin/${program.name}`],
        },
        console.log,
      )
      if ('missing' in command) {
        console.log(`skipped: ${command.missing}`)
        this.skip()
      }
      host = await startStaticHost(program, command.path, BUNDLED_SITE, join(GENERATED, file))
    })
    after(async () => await host?.close())

    const get = async (path: string, init: RequestInit = {}) =>
      await fetch(`${host?.origin ?? ''}${path}`, { redirect: 'manual', ...init })

    /** The fields of the table, plus what is sent where the table says nothing. */
    function equalFields(response: Response, path: string): void {
      const wanted = new Map(headersFor(BLOCKS, path))
      if (!wanted.has('cache-control')) wanted.set('cache-control', PAGE_CACHE)
      for (const [name, value] of wanted)
        equal(response.headers.get(name), value, `${path} ${name}`)
      for (const name of ['set-cookie', 'location'])
        equal(response.headers.get(name), null, `${path} ${name}`)
      ok(!(response.headers.get('vary') ?? '').includes('*'), path)
    }

    it('serves every file of the table with its status, fields and bytes (B5.31, B5.32)', async () => {
      ok(TABLE.length > 0)
      for (const { path, body } of TABLE) {
        const response = await get(path)
        equal(response.status, 200, path)
        equalFields(response, path)
        deepEqual(Buffer.from(await response.arrayBuffer()), Buffer.from(body), path)
      }
    })

    it('serves every page at its address without an extension, with its fields and bytes', async () => {
      let pages = 0
      for await (const name of glob('**/*.html', { cwd: BUNDLED_SITE })) {
        if (name === '404.html') continue
        const path = name === 'index.html' ? '/' : `/${name.replace(/\.html$/, '')}`
        const response = await get(path)
        equal(response.status, 200, path)
        equalFields(response, path)
        match(response.headers.get('content-type') ?? '', /^text\/html; ?charset=utf-8$/i)
        equal(await response.text(), await readFile(join(BUNDLED_SITE, name), 'utf8'), path)
        pages += 1
      }
      ok(pages >= 5)
    })

    it('serves style, script and logo with their types and fields', async () => {
      const types: Readonly<Record<string, RegExp>> = {
        css: /^text\/css/,
        js: /^text\/javascript/,
        png: /^image\/png$/,
      }
      const seen = new Set<string>()
      for await (const name of glob('{_astro/*,*.png}', { cwd: BUNDLED_SITE })) {
        const type = name.split('.').at(-1) ?? ''
        const response = await get(`/${name}`)
        equal(response.status, 200, name)
        equalFields(response, `/${name}`)
        match(response.headers.get('content-type') ?? '', types[type] ?? /^$/, name)
        seen.add(type)
      }
      deepEqual([...seen].sort(), ['css', 'js', 'png'])
    })

    // Each of these is a page with status 200 or a redirect somewhere, and has taken an identity down.
    for (const path of [
      '/no-such-page',
      '/oauth',
      '/oauth/',
      '/oauth/no-such.json',
      '/oauth/client',
      '/oauth/client.json/',
      '/callback/',
      '/privacy/',
      '/.well-known/oauth-authorization-server',
      '/_astro/',
    ]) {
      it(`answers 404 for ${path}: no fallback page, no redirect, no long caching`, async () => {
        const response = await get(path)
        equal(response.status, 404)
        equal(response.headers.get('location'), null)
        equal(
          response.headers.get('content-security-policy'),
          headersFor(BLOCKS, '/').get('content-security-policy'),
        )
        equal(/immutable|max-age=[1-9]/.test(response.headers.get('cache-control') ?? ''), false)
        equal(await response.text(), await readFile(join(BUNDLED_SITE, '404.html'), 'utf8'))
      })
    }

    it('serves a file whose folder begins with a dot, when one is published', async () => {
      const names: string[] = []
      for await (const name of glob('.well-known/*', { cwd: BUNDLED_SITE })) names.push(name)
      for (const name of names) equal((await get(`/${name}`)).status, 200, name)
    })

    it('answers 304 to a server that has the document already', async () => {
      const etag = (await get('/oauth/client.json')).headers.get('etag') ?? ''
      ok(etag.length > 2)
      equal((await get('/oauth/client.json', { headers: { 'if-none-match': etag } })).status, 304)
    })

    it('answers HEAD like GET, and the same to every Accept and user agent (B5.33)', async () => {
      equal((await get('/oauth/client.json', { method: 'HEAD' })).status, 200)
      const plain = await (await get('/oauth/client.json')).text()
      for (const headers of [
        { accept: 'application/json' },
        { accept: 'text/html', 'user-agent': 'Go-http-client/2.0' },
        { 'accept-encoding': 'gzip, br' },
      ])
        equal(await (await get('/oauth/client.json', { headers })).text(), plain)
    })
  })
}
