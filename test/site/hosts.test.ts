import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAllHeaders } from '@netlify/headers-parser'
import { getTransformedRoutes } from '@vercel/routing-utils'
import { headerBlocks, headersFor, matches, PREFIX_CACHE } from '../../site/src/publish/headers.ts'
import { caddyFile } from '../../site/src/publish/hosts/caddy.ts'
import { headersFile } from '../../site/src/publish/hosts/headers-file.ts'
import { deployedHostFiles, forgivingPrefixes } from '../../site/src/publish/hosts/index.ts'
import { nginxFile } from '../../site/src/publish/hosts/nginx.ts'
import { vercelFile } from '../../site/src/publish/hosts/vercel.ts'
import type { Route } from '../../site/src/publish/route.ts'
import { routes } from '../../site/src/publish/routes.ts'

const TARGET = { environment: 'production', preview: false } as const
/** A table of its own, so that these files do not change with somebody's identity. */
const ROUTES: readonly Route[] = [
  {
    path: '/oauth/client.json',
    headerPath: '/oauth/client.json',
    body: '{}\n',
    contentType: 'application/json',
    cacheControl: 'public, max-age=600',
  },
  {
    path: '/oauth/versions/client/0a.json',
    headerPath: '/oauth/versions/*',
    body: '{}\n',
    contentType: 'application/json',
    cacheControl: 'public, max-age=31536000, immutable',
  },
]
const BLOCKS = headerBlocks(ROUTES, TARGET)
/** As the hosts get them that read their files from the published folder. */
const DEPLOYED = forgivingPrefixes(BLOCKS)
const PATHS = ['/', '/callback', '/logo.png', '/_astro/a.css', ...ROUTES.map(({ path }) => path)]

describe('The generated host files (issue E.7)', () => {
  for (const [name, text] of [
    ['nginx.conf', nginxFile(BLOCKS)],
    ['Caddyfile', caddyFile(BLOCKS)],
    ['_headers', headersFile(DEPLOYED)],
    ['vercel.json', vercelFile(DEPLOYED)],
  ] as const) {
    it(`${name} is what was reviewed`, async () => {
      const golden = new URL(`../fixtures/hosts/${name}.golden`, import.meta.url)
      equal(text, await readFile(golden, 'utf8'))
    })
  }

  it('_headers gives every path its fields, read by Netlify’s own parser', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'signet-netlify-'))
    const file = join(folder, '_headers')
    await writeFile(file, headersFile(DEPLOYED))
    const { headers, errors } = await parseAllHeaders({
      headersFiles: [file],
      configHeaders: [],
      minimal: true,
    })
    await rm(folder, { recursive: true })
    equal(errors.length, 0)
    for (const path of PATHS) {
      const rules = headers.filter((rule) => matches(rule.for, path))
      const fields = Object.assign({}, ...rules.map(({ values }) => values)) as Record<
        string,
        string
      >
      const lower = new Map(
        Object.entries(fields).map(([key, value]) => [key.toLowerCase(), value]),
      )
      deepEqual(lower, headersFor(DEPLOYED, path))
    }
  })

  it('_headers stays within what Cloudflare Pages takes: 100 rules of 2,000 characters', () => {
    ok(BLOCKS.length <= 100)
    for (const line of headersFile(DEPLOYED).split('\n')) ok(line.length <= 2000)
  })

  it('vercel.json gives every path its fields, read by Vercel’s own library', () => {
    const { routes: rules, error } = getTransformedRoutes(
      JSON.parse(vercelFile(DEPLOYED)) as Parameters<typeof getTransformedRoutes>[0],
    )
    equal(error, null)
    for (const path of PATHS) {
      const fields: Record<string, string> = {}
      for (const rule of rules ?? []) {
        // A rule with a status is a redirect of the host's own.
        if (!('headers' in rule) || rule.status !== undefined) continue
        if (new RegExp(rule.src).test(path)) Object.assign(fields, rule.headers)
      }
      const lower = new Map(
        Object.entries(fields).map(([key, value]) => [key.toLowerCase(), value]),
      )
      deepEqual(lower, headersFor(DEPLOYED, path))
    }
  })

  it('no host that cannot tell a missing file from a present one keeps either for long', () => {
    for (const { name, text } of deployedHostFiles(BLOCKS))
      equal(text.includes('immutable'), false, name)
    equal(headersFor(DEPLOYED, '/oauth/versions/x.json').get('cache-control'), PREFIX_CACHE)
    // Those that can, keep what never changes.
    for (const text of [nginxFile(BLOCKS), caddyFile(BLOCKS)]) ok(text.includes('immutable'))
  })

  it('vercel.json redirects no published path', () => {
    const { routes: rules } = getTransformedRoutes(
      JSON.parse(vercelFile(DEPLOYED)) as Parameters<typeof getTransformedRoutes>[0],
    )
    const redirects = (rules ?? []).filter((rule) => 'status' in rule && rule.status === 308)
    ok(redirects.length > 0)
    for (const path of PATHS)
      for (const rule of redirects)
        equal(new RegExp(('src' in rule ? rule.src : undefined) ?? '^$').test(path), false, path)
  })

  it('no file rewrites unknown paths to a page (a document that answers HTML takes sign-in down)', () => {
    equal(
      deployedHostFiles(BLOCKS).some(({ name }) => name === '_redirects'),
      false,
    )
    equal(/index\.html(?! =404)/.test(nginxFile(BLOCKS)), false)
    equal(caddyFile(BLOCKS).includes('index.html'), false)
  })

  it('GitHub Pages takes the folder as it is: a type by extension, no name that is dropped', () => {
    ok(deployedHostFiles(BLOCKS).some(({ name }) => name === '.nojekyll'))
    for (const { path } of routes(TARGET)) {
      match(path, /\.(json|atom)$/)
      equal(/\/[._]/.test(path), false, path)
    }
  })

  it('a value that would be expanded by the server is refused', () => {
    const evil = [{ path: '/*', headers: [['X-A', '$host {path}']] as const }]
    throws(() => nginxFile(evil), TypeError)
    throws(() => caddyFile(evil), TypeError)
  })
})
