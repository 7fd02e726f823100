import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clientDocument } from '../../../site/src/client-metadata/document.ts'
import { renderDocument } from '../../../site/src/client-metadata/render.ts'
import {
  markPublished,
  recordVersions,
  renderLedger,
  type Ledger,
} from '../../../site/src/client-metadata/versions.ts'
import { ROOT, runTool } from '../../run-tool.ts'

const DAY_MS = 86_400_000
const FIRST = Date.UTC(2020, 0, 1)

/** Milliseconds that Astro takes for the site with a ledger of so many versions, in a copy of its own. */
export async function buildMilliseconds(versions: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'signet-bench-'))
  try {
    const site = join(folder, 'site')
    for (const name of ['src', 'public', 'astro.config.ts', 'package.json', 'tsconfig.json'])
      await cp(join(ROOT, 'site', name), join(site, name), { recursive: true })
    await cp(join(ROOT, 'tsconfig.json'), join(folder, 'tsconfig.json'))
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    await writeFile(join(site, 'published.json'), renderLedger(ledgerOf(versions)))
    const started = performance.now()
    await runTool('astro', ['build', '--silent'], {
      cwd: site,
      env: { ASTRO_TELEMETRY_DISABLED: '1' },
    })
    return performance.now() - started
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A document that changes its name and one port every day; the last version is the one of this tree. */
function ledgerOf(versions: number): Ledger {
  const document = clientDocument('production', 'client')
  const bytesOf = (number: number) =>
    number === versions - 1
      ? renderDocument(document)
      : renderDocument({
          ...document,
          client_name: `${document.client_name} ${number}`,
          redirect_uris: [
            ...document.redirect_uris,
            `http://127.0.0.1:${20_000 + number}/callback`,
          ],
        })
  let ledger: Ledger = { versions: [] }
  for (let number = 0; number < versions; number += 1) {
    const now = new Date(FIRST + number * DAY_MS).toISOString()
    const current = { name: 'client', clientId: document.client_id, bytes: bytesOf(number) }
    const recorded = recordVersions({ versions: [] }, 'production', [current], now)
    const live = markPublished(recorded, [document.client_id], now)
    ledger = { versions: [...ledger.versions, ...live.versions] }
  }
  return ledger
}
