import { deepEqual, equal, match } from 'node:assert/strict'
import type { BuildTarget } from '../../site/src/publish/environment.ts'
import { headerBlocks, headersFor, matches, PAGE_CSP } from '../../site/src/publish/headers.ts'
import { routes } from '../../site/src/publish/routes.ts'

const PRODUCTION: BuildTarget = { environment: 'production', preview: false }
const blocksOf = (target: BuildTarget) => headerBlocks(routes(target), target)
const fieldsOf = (path: string, target = PRODUCTION) => headersFor(blocksOf(target), path)

describe('Headers a host has to send', () => {
  for (const { path } of routes(PRODUCTION)) {
    it(`serve ${path} with a type, cacheable, to anyone (B5.31, B5.32, B5.34)`, () => {
      const fields = fieldsOf(path)
      match(fields.get('content-type') ?? '', /^application\/[a-z+]+/)
      match(fields.get('cache-control') ?? '', /^public, max-age=\d+/)
      equal(fields.get('access-control-allow-origin'), '*')
      equal(fields.get('x-content-type-options'), 'nosniff')
    })

    it(`set no field of ${path} twice, since hosts join the values`, () => {
      const names = blocksOf(PRODUCTION)
        .filter((block) => matches(block.path, path))
        .flatMap(({ headers }) => headers.map(([name]) => name.toLowerCase()))
      deepEqual(names, [...new Set(names)])
    })
  }

  it('name the document’s type without a charset', () =>
    equal(fieldsOf('/oauth/client.json').get('content-type'), 'application/json'))

  it('let a document be kept ten minutes in production, one elsewhere', () => {
    match(fieldsOf('/oauth/client.json').get('cache-control') ?? '', /max-age=600$/)
    const staging = fieldsOf('/oauth/client.json', { environment: 'staging', preview: false })
    match(staging.get('cache-control') ?? '', /max-age=60$/)
  })

  it('never store the callback page, whose query holds a code', () =>
    equal(fieldsOf('/callback').get('cache-control'), 'no-store'))

  it('let pages load nothing foreign and nothing inline', () => {
    equal(/unsafe|\*|https?:/.test(PAGE_CSP), false)
    match(PAGE_CSP, /default-src 'none'/)
    match(PAGE_CSP, /frame-ancestors 'none'/)
  })

  it('send no referrer from any page', () =>
    equal(fieldsOf('/anything').get('referrer-policy'), 'no-referrer'))

  it('keep everything but production out of search engines, and the callback page always', () => {
    equal(fieldsOf('/privacy').has('x-robots-tag'), false)
    for (const target of [
      { environment: 'staging', preview: false },
      { environment: 'local', preview: false },
      { environment: 'production', preview: true },
    ] as const)
      equal(fieldsOf('/privacy', target).get('x-robots-tag'), 'noindex')
    equal(fieldsOf('/callback').get('x-robots-tag'), 'noindex')
  })
})
