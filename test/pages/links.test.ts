import { deepEqual, ok } from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { BUNDLED_SITE } from '../e2e/artefacts.ts'
import { builtPages, type BuiltPage } from './built-site.ts'

interface Link {
  readonly from: string
  readonly to: string
}

/** Every address in a page's attributes, as written. */
function links({ path, html }: BuiltPage): readonly Link[] {
  return [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, to = '']) => ({
    from: path,
    to: to.replaceAll('&amp;', '&'),
  }))
}

const ids = (html: string) => new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id))

describe('The links of the built pages (issue E.8)', () => {
  let pages: readonly BuiltPage[]
  let all: readonly Link[]
  before(async () => {
    pages = await builtPages()
    all = pages.flatMap(links)
    ok(all.length > pages.length)
  })

  it('lead to a page or a file that is there, and to a place in it that is there', async () => {
    const broken: string[] = []
    for (const { from, to } of all) {
      if (!to.startsWith('/') && !to.startsWith('#')) continue
      const { pathname, hash } = new URL(to, `https://site.invalid${from}`)
      const page = pages.find(({ path }) => path === pathname)
      const there =
        page !== undefined || (await stat(join(BUNDLED_SITE, pathname)).catch(() => null))?.isFile()
      const placed = hash === '' || ids(page?.html ?? '').has(hash.slice(1))
      if (there !== true || !placed) broken.push(`${from} → ${to}`)
    }
    deepEqual(broken, [])
  })

  it('name pages as hosts serve them, so that none answers with a redirect', () => {
    const redirected = all.filter(({ to }) => /^\/.*(\.html|\/)(#|$)/.test(to) && to !== '/')
    deepEqual(redirected, [])
  })

  it('go elsewhere by https or mail alone', () => {
    const odd = all.filter(({ to }) => !/^(\/(?!\/)|#|https:\/\/|mailto:)/.test(to))
    deepEqual(odd, [])
  })

  it('lead from every page to every other that people look for', () => {
    // Found by address (a sign-in, a mistake) or through the list of versions.
    const sought = pages.filter(({ path }) => !/^\/(callback|404|versions\/.+)$/.test(path))
    for (const page of pages) {
      if (page.path === '/callback') continue
      const here = new Set(links(page).map(({ to }) => to))
      deepEqual(
        sought.map(({ path }) => path).filter((path) => path !== page.path && !here.has(path)),
        [],
        page.path,
      )
    }
  })
})
