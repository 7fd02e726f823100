import { equal, match, ok } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, runTool } from '../../scripts/run-tool.ts'
import { PRODUCT_VSIX } from '../e2e/artefacts.ts'
import { vsixFiles } from './vsix-files.ts'

interface GalleryFields {
  readonly name: string
  readonly publisher: string
  readonly version: string
  readonly displayName: string
  readonly description: string
  readonly license: string
  readonly homepage: string
  readonly bugs: { readonly url: string }
  readonly categories: readonly string[]
  readonly keywords: readonly string[]
  readonly galleryBanner: { readonly color: string; readonly theme: string }
  readonly pricing: string
}

describe('The galleries of extensions (C7)', () => {
  it('get a package that vsce makes without a warning', async function () {
    this.timeout(120_000)
    const folder = await mkdtemp(join(tmpdir(), 'signet-gallery-'))
    try {
      const output = await runTool(
        'vsce',
        // Without an address of its own yet, the project has no repository that it could name.
        [
          'package',
          '--no-dependencies',
          '--allow-missing-repository',
          '--out',
          join(folder, 'x.vsix'),
        ],
        { cwd: join(ROOT, 'extension'), env: {} },
      )
      match(output, /DONE/)
      equal(/warn|error|deprecat/i.exec(output)?.[0], undefined, output)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  // What the server of Open VSX judges a package by (its ExtensionValidator and ExtensionProcessor).
  describe('of Open VSX find in it', () => {
    let fields: GalleryFields
    let parts: string
    before(async () => {
      const files = await vsixFiles(PRODUCT_VSIX)
      fields = JSON.parse(files.get('extension/package.json') ?? '') as GalleryFields
      parts = files.get('extension.vsixmanifest') ?? ''
    })

    it('a name, a namespace and a version they can use', () => {
      for (const name of [fields.name, fields.publisher]) match(name, /^[\w+$~-]{1,255}$/)
      match(fields.version, /^\d+\.\d+\.\d+$/)
    })

    it('texts without invisible characters, and not too long', () => {
      const texts: (readonly [string, number])[] = [
        [fields.displayName, 255],
        [fields.description, 2048],
        [fields.license, 255],
        [fields.galleryBanner.color, 16],
        ...[...fields.categories, ...fields.keywords].map((word) => [word, 255] as const),
      ]
      for (const [text, limit] of texts) {
        ok(text.length > 0 && text.length <= limit, text)
        equal(/[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Zl}\p{Zp}]/u.test(text), false, text)
      }
    })

    it('addresses, a theme and a price of the known kinds', () => {
      for (const url of [fields.homepage, fields.bugs.url]) match(url, /^https:\/\/[^/]+\//)
      match(fields.galleryBanner.theme, /^(dark|light)$/)
      match(fields.pricing, /^(Free|Trial)$/)
    })

    it('its licence, icon, description and changes, as the package’s own list of parts says', () => {
      for (const [kind, path] of [
        ['Content.License', 'LICENSE.txt'],
        ['Icons.Default', 'media/icon.png'],
        ['Content.Details', 'readme.md'],
        ['Content.Changelog', 'changelog.md'],
      ] as const)
        ok(
          parts.includes(`Type="Microsoft.VisualStudio.Services.${kind}" Path="extension/${path}"`),
          kind,
        )
      match(
        parts,
        new RegExp(`<Identity [^>]*Id="${fields.name}" [^>]*Publisher="${fields.publisher}"`),
      )
    })
  })
})
