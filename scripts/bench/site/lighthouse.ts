import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtPages } from '../../../test/pages/built-site.ts'
import { chromiumPath } from '../../../test/e2e/browser.ts'
import { ensureInstalled } from '../../../test/support/pinned-install.ts'
import type { Measure } from '../measure.ts'

const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'] as const
type Category = (typeof CATEGORIES)[number]
type Scores = Readonly<Record<Category, number>>

/** What else a machine does can only lower a score, so a page that falls short is looked at again. */
const ATTEMPTS = 4

/** Kept out of search engines on purpose, which is the one thing that this category cannot forgive. */
const NOT_INDEXED = '/callback'

/**
 * The lowest of Lighthouse's four scores for every page of a served site, on its emulated phone. Pages of
 * single versions are alike: one of them stands for all.
 */
export async function lighthouseScores(
  origin: string,
  progress: (line: string) => void,
): Promise<readonly Measure[]> {
  const folder = await ensureInstalled(
    {
      pins: join(import.meta.dirname, 'lighthouse'),
      cache: join(homedir(), '.cache', 'signet', 'lighthouse'),
      progress: 'Installing Lighthouse (once, about 20 s)…',
    },
    progress,
  )
  const command = join(folder, 'node_modules', 'lighthouse', 'cli', 'index.js')
  const measures: Measure[] = []
  for (const path of await pagesToScore()) {
    progress(`Lighthouse ${path}…`)
    measures.push({
      what: `Lighthouse, lowest of ${wanted(path).length}: ${path.slice(0, 24)}`,
      value: await bestOf(path, async () => await score(command, `${origin}${path}`, progress)),
      unit: '',
      limit: { atLeast: 100 },
    })
  }
  return measures
}

const wanted = (path: string) => CATEGORIES.filter((each) => path !== NOT_INDEXED || each !== 'seo')

async function pagesToScore(): Promise<readonly string[]> {
  const paths = (await builtPages()).map(({ path }) => path).filter((path) => path !== '/404')
  const [version] = paths.filter((path) => path.startsWith('/versions/'))
  return paths.filter((path) => path === version || !path.startsWith('/versions/'))
}

async function bestOf(path: string, look: () => Promise<Scores>): Promise<number> {
  let best = 0
  for (let attempt = 0; attempt < ATTEMPTS && best < 100; attempt += 1) {
    const scores = await look()
    best = Math.max(best, Math.min(...wanted(path).map((category) => scores[category])))
  }
  return best
}

/** One run in a browser of its own. Throws with the program's own words. */
async function score(
  command: string,
  url: string,
  progress: (line: string) => void,
): Promise<Scores> {
  const folder = await mkdtemp(join(tmpdir(), 'signet-lighthouse-'))
  const report = join(folder, 'report.json')
  try {
    const flags = ['--headless=new', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
    const child = spawn(
      process.execPath,
      [
        command,
        url,
        '--quiet',
        '--no-enable-error-reporting',
        '--output=json',
        `--output-path=${report}`,
        `--only-categories=${CATEGORIES.join()}`,
        `--chrome-flags=${flags.join(' ')}`,
      ],
      {
        env: { ...process.env, CHROME_PATH: chromiumPath(progress) },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    const errors: Buffer[] = []
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    if (code !== 0) throw new Error(`Lighthouse failed:\n${Buffer.concat(errors).toString()}`)
    const { categories } = JSON.parse(await readFile(report, 'utf8')) as {
      readonly categories: Readonly<Record<Category, { readonly score: number | null }>>
    }
    return Object.fromEntries(
      CATEGORIES.map((each) => [each, Math.round((categories[each].score ?? 0) * 100)]),
    ) as Scores
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
