import { deepEqual, equal, ok } from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

const EXTENSION = join(import.meta.dirname, '..', '..', 'extension')
const read = (name: string) =>
  JSON.parse(readFileSync(join(EXTENSION, name), 'utf8')) as Record<string, string>

/** Every text the extension localises, as it stands in the source. */
function localisedTexts(): ReadonlySet<string> {
  const texts = new Set<string>()
  for (const path of globSync(join(EXTENSION, 'src', '**', '*.ts'))) {
    const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest)
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && isLocalise(node.expression)) {
        const [text] = node.arguments
        ok(text !== undefined && ts.isStringLiteralLike(text), `${path}: a text that is computed`)
        texts.add(text.text)
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  return texts
}

function isLocalise(callee: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== 't') return false
  const { expression } = callee
  return ts.isIdentifier(expression)
    ? expression.text === 'l10n'
    : ts.isPropertyAccessExpression(expression) && expression.name.text === 'l10n'
}

/** What has to be the same in every language: placeholders, links, bold names, commands. */
function fixedParts(text: string): readonly string[] {
  return [...text.matchAll(/\{\d\}|command:[\w.]+|https?:\/\/[\w./-]+/g)]
    .map(([part]) => part)
    .sort()
}

describe('German (C7): every text has its counterpart', () => {
  const german = read('l10n/bundle.l10n.de.json')
  const texts = [...localisedTexts()].sort()

  it('in the code, and no text that is no longer used', () =>
    deepEqual(Object.keys(german).sort(), texts))

  it('in the manifest', () =>
    deepEqual(
      Object.keys(read('package.nls.de.json')).sort(),
      Object.keys(read('package.nls.json')).sort(),
    ))

  it('with the same placeholders and links', () => {
    for (const [text, translation] of Object.entries(german))
      deepEqual(fixedParts(translation), fixedParts(text), text)
    const manifest = read('package.nls.json')
    for (const [key, translation] of Object.entries(read('package.nls.de.json')))
      deepEqual(fixedParts(translation), fixedParts(manifest[key] ?? ''), key)
  })

  it('and names commands by the titles they have in that language', () => {
    for (const [texts, titles] of [
      [Object.keys(german), read('package.nls.json')],
      [Object.values(german), read('package.nls.de.json')],
      [Object.values(read('package.nls.json')), read('package.nls.json')],
      [Object.values(read('package.nls.de.json')), read('package.nls.de.json')],
    ] as const)
      for (const [text, title = ''] of texts.join('\n').matchAll(/[“„*]Signet: ([^”“*]+)[”“*]/g))
        ok(Object.values(titles).includes(title), text)
  })

  it('and every text of the manifest is one that can be translated', () => {
    const manifest = readFileSync(join(EXTENSION, 'package.json'), 'utf8')
    const keys = [...manifest.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? '')
    const known = read('package.nls.json')
    for (const key of keys) ok(key in known, key)
    equal(new Set(keys).size, Object.keys(known).length, 'no key is left over')
  })
})
