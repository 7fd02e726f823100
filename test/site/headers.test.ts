import { equal, match, ok } from 'node:assert/strict'
import { headerBlocks, PAGE_CSP, renderHeadersFile } from '../../site/src/publish/headers.ts'
import { routes } from '../../site/src/publish/routes.ts'

const blocks = headerBlocks(routes('production'))
const headersOf = (path: string) =>
  new Map(blocks.filter((block) => block.path === path).flatMap(({ headers }) => [...headers]))

describe('Headers a host has to send', () => {
  it('serve a document as JSON, cacheable for minutes, to anyone', () => {
    const headers = headersOf('/oauth/client.json')
    equal(headers.get('Content-Type'), 'application/json')
    match(headers.get('Cache-Control') ?? '', /max-age=600\b/)
    equal(headers.get('Access-Control-Allow-Origin'), '*')
  })

  it('never store the callback page, whose query holds a code', () =>
    equal(headersOf('/callback').get('Cache-Control'), 'no-store'))

  it('let pages load nothing foreign and nothing inline', () => {
    equal(/unsafe|\*|https?:/.test(PAGE_CSP), false)
    match(PAGE_CSP, /default-src 'none'/)
    match(PAGE_CSP, /frame-ancestors 'none'/)
  })

  it('send no referrer from any page', () =>
    equal(headersOf('/*').get('Referrer-Policy'), 'no-referrer'))

  it('are written in the form Netlify and Cloudflare Pages read', () => {
    const text = renderHeadersFile(blocks)
    ok(text.startsWith('/*\n  X-Content-Type-Options: nosniff\n'))
    ok(text.endsWith('\n'))
  })
})
