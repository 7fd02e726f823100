import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { clientDocument } from '../../site/src/client-metadata/document.ts'
import { renderDocument } from '../../site/src/client-metadata/render.ts'
import { recordVersions } from '../../site/src/client-metadata/versions.ts'
import { renderFeed } from '../../site/src/publish/feed.ts'
import { versionHistory } from '../../site/src/publish/history.ts'
import { BUNDLED_SITE } from '../e2e/artefacts.ts'
import { atomFaults, type XmlElement } from '../support/atom.ts'
import { startPageBrowser, type PageBrowser } from './browser-context.ts'

const ENTRY_PARTS = '<id>urn:e</id><title>E</title><updated>2026-01-01T00:00:00Z</updated>'
const LINK = '<link href="https://id.vendor.dev/a"/>'
const feedWith = (parts: string) => `<feed xmlns="http://www.w3.org/2005/Atom">${parts}</feed>`
const GOOD_PARTS = `<id>urn:f</id><title>F</title><updated>2026-01-01T00:00:00Z</updated><author><name>A</name></author>`

describe('Feeds, as an XML parser reads them (RFC 4287)', function () {
  this.timeout(120_000)
  let browser: PageBrowser
  before(async () => (browser = await startPageBrowser()))
  after(async () => await browser.close())

  /** The tree; undefined: not well-formed. Also every `type="html"` text as a reader shows it. */
  async function parsed(xml: string) {
    return await browser.visit({}, async (page) => {
      return await page.evaluate((text) => {
        const document = new DOMParser().parseFromString(text, 'application/xml')
        if (document.querySelector('parsererror') !== null) return undefined
        const treeOf = (element: Element): XmlElement => ({
          name: element.localName,
          namespace: element.namespaceURI,
          attributes: Object.fromEntries(
            [...element.attributes].map(({ name, value }) => [name, value]),
          ),
          children: [...element.children].map(treeOf),
          text: element.textContent,
        })
        const shown = [...document.querySelectorAll('[type="html"]')].map(({ textContent }) => {
          const { body } = new DOMParser().parseFromString(textContent, 'text/html')
          for (const line of body.querySelectorAll('br')) line.replaceWith('\n')
          return body.textContent
        })
        return { root: treeOf(document.documentElement), shown }
      }, xml)
    })
  }
  const faults = async (xml: string) => {
    const read = await parsed(xml)
    return read === undefined ? ['not well-formed'] : atomFaults(read.root)
  }

  for (const name of ['versions.atom', 'status.atom'])
    it(`/${name} of this build breaks no rule`, async () =>
      deepEqual(await faults(await readFile(join(BUNDLED_SITE, name), 'utf8')), []))

  it('shows what a change says, whatever characters are in it', async () => {
    const document = clientDocument('production', 'client')
    const awkward = 'https://signet.example/callback?a=1&copy=2<b>x</b>]]>'
    const current = (members: object) => ({
      name: 'client',
      clientId: document.client_id,
      bytes: renderDocument({ ...document, ...members }),
    })
    const first = recordVersions(
      { versions: [] },
      'production',
      [current({})],
      '2026-01-01T00:00:00Z',
    )
    const change = current({
      redirect_uris: [...document.redirect_uris, awkward],
      client_name: 'A & <B>',
    })
    const both = recordVersions(first, 'production', [change], '2026-01-02T00:00:00Z')
    const again = recordVersions(both, 'production', [current({})], '2026-01-03T00:00:00Z')
    const xml = renderFeed('production', versionHistory(again, 'production'))
    deepEqual(await faults(xml), [])
    const { shown } = (await parsed(xml)) ?? { shown: [] }
    const summary = shown.find((text) => text.includes(awkward))
    ok(summary !== undefined, shown.join('\n'))
    equal(summary.split('\n').length, 2)
  })

  const BROKEN: Readonly<Record<string, string>> = {
    'an entry without an id': feedWith(
      `${GOOD_PARTS}<entry>${ENTRY_PARTS.replace('<id>urn:e</id>', '')}${LINK}</entry>`,
    ),
    'a feed without an author': feedWith(GOOD_PARTS.replace(/<author>.*<\/author>/, '')),
    'an author without a name': feedWith(GOOD_PARTS.replace('<name>A</name>', '')),
    'an entry that leads nowhere': feedWith(`${GOOD_PARTS}<entry>${ENTRY_PARTS}</entry>`),
    'two alternates': feedWith(`${GOOD_PARTS}${LINK}${LINK}`),
    'a date without a zone': feedWith(GOOD_PARTS.replace('00:00:00Z', '00:00:00')),
    'an id that is no IRI': feedWith(GOOD_PARTS.replace('urn:f', 'f')),
    'elements in a text': feedWith(GOOD_PARTS.replace('>F<', ' type="html"><b/><')),
    'the same entry twice': feedWith(
      `${GOOD_PARTS}${`<entry>${ENTRY_PARTS}${LINK}</entry>`.repeat(2)}`,
    ),
    'another namespace': feedWith(GOOD_PARTS).replace('2005/Atom', '2005/Other'),
    'a stray ampersand': feedWith(GOOD_PARTS.replace('>F<', '>A & B<')),
  }
  for (const [name, xml] of Object.entries(BROKEN))
    it(`a feed with ${name} is found out`, async () => equal((await faults(xml)).length, 1))

  it('a small feed that breaks none is not', async () =>
    deepEqual(await faults(feedWith(`${GOOD_PARTS}<entry>${ENTRY_PARTS}${LINK}</entry>`)), []))
})
