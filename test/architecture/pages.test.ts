import { equal, ok } from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ROOT } from '../../scripts/run-tool.ts'

const DIST = join(ROOT, 'site', 'dist')

/** HTML and style of one page, compressed: what a first visit costs. */
const MAX_PAGE_BYTES = 20 * 1024
/** The check page's script is all rules and all profiles, and the only large one. */
const MAX_CHECK_SCRIPT_BYTES = 30 * 1024
/** Pages whose job needs a script. */
const SCRIPTED = new Set(['callback.html', 'check.html', 'status.html'])

const read = async (name: string) => await readFile(join(DIST, name), 'utf8')
const compressed = (text: string) => gzipSync(text).length

describe('The built pages', () => {
  const pages: string[] = []
  before(async () => {
    for await (const name of glob('**/*.html', { cwd: DIST })) pages.push(name)
    ok(pages.includes('check.html') && pages.includes('compat.html'))
  })

  it('are small, with their style', async () => {
    for (const page of pages) {
      const html = await read(page)
      const styles = [...html.matchAll(/href="\/(_astro\/[^"]+\.css)"/g)].map(([, name]) => name)
      const css = await Promise.all(styles.map(async (name) => await read(name ?? '')))
      const size = [html, ...css].reduce((sum, text) => sum + compressed(text), 0)
      ok(size <= MAX_PAGE_BYTES, `${page}: ${size} bytes`)
    }
  })

  it('have a script only where their job needs one, and none inline', async () => {
    for (const page of pages) {
      const html = await read(page)
      equal(html.includes('<script'), SCRIPTED.has(page), page)
      equal(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/.test(html), false, page)
    }
  })

  it('check a document with a script that asks no network and stays small', async () => {
    const [, name = ''] = /src="\/(_astro\/[^"]+\.js)"/.exec(await read('check.html')) ?? []
    const script = await read(name)
    ok(compressed(script) <= MAX_CHECK_SCRIPT_BYTES, `${compressed(script)} bytes`)
    equal(/\bfetch\(|XMLHttpRequest|sendBeacon|WebSocket|innerHTML/.test(script), false)
  })
})
