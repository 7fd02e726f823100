import { deepEqual, equal, ok } from 'node:assert/strict'
import { HtmlValidate } from 'html-validate'
import { builtPages, type BuiltPage } from './built-site.ts'

describe('The markup of the built pages (issue E.8)', () => {
  let pages: readonly BuiltPage[]
  before(async () => void (pages = await builtPages()))

  it('has no finding of html-validate', async () => {
    const validator = new HtmlValidate({
      root: true,
      extends: ['html-validate:standard', 'html-validate:a11y', 'html-validate:document'],
      rules: {
        // Files of our own are named by their content.
        'require-sri': ['error', { target: 'crossorigin' }],
        // The callback page's views have one each and are shown one at a time; the next test counts the others.
        'heading-level': ['error', { allowMultipleH1: true }],
        // A SHA-256 is longer than a heading should be, and is one.
        'long-title': ['error', { maxlength: 90 }],
      },
    })
    const found: string[] = []
    for (const { path, html } of pages) {
      const { results } = await validator.validateString(html)
      for (const { ruleId, message, selector } of results.flatMap(({ messages }) => messages))
        found.push(`${path} ${selector ?? ''}: ${message} (${ruleId})`)
    }
    deepEqual(found, [])
  })

  it('names each page by a title, a description and one heading of its own', () => {
    const titles = new Set<string>()
    for (const { path, html } of pages) {
      const title = /<title>([^<]+)<\/title>/.exec(html)?.[1] ?? ''
      ok(title.length > 3 && !titles.has(title), `${path}: ${title}`)
      titles.add(title)
      ok((/name="description" content="([^"]+)"/.exec(html)?.[1] ?? '').length > 10, path)
      // The callback page shows one of several views, each with its heading.
      if (path !== '/callback') equal(html.match(/<h1[ >]/g)?.length, 1, path)
    }
  })
})
