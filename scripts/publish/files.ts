import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderLedger, type Ledger } from '../../site/src/client-metadata/versions.ts'
import { readLedger } from '../../site/src/publish/ledger.ts'
import { ROOT } from '../run-tool.ts'

/** Files of the identity that people review and commands append to. */
export const LEDGER_FILE = join(ROOT, 'site', 'published.json')
export const RELEASES_FILE = join(ROOT, 'extension', 'releases.json')

/** A ledger file as it is now, not as it was when this process started. Throws when it is malformed. */
export async function readLedgerFile(file: string): Promise<Ledger> {
  return readLedger(JSON.parse(await readFile(file, 'utf8')))
}

export async function writeLedgerFile(file: string, ledger: Ledger): Promise<void> {
  await writeFile(file, renderLedger(ledger))
}
