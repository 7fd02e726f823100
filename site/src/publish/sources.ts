import ledger from '../../published.json' with { type: 'json' }
import type { Ledger } from '../client-metadata/versions.ts'
import { readLedger } from './ledger.ts'

/** What a build reads beside clients.ts: files that people review and commands append to. */
export interface PublishSources {
  readonly ledger: Ledger
}

export const SOURCES: PublishSources = { ledger: readLedger(ledger) }
