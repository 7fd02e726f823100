import ledger from '../../published.json' with { type: 'json' }
import registry from '../client-metadata/keys/registry.json' with { type: 'json' }
import { readRegistry, type KeyRegistry } from '../client-metadata/keys/registry.ts'
import type { Ledger } from '../client-metadata/versions.ts'
import { readLedger } from './ledger.ts'

/** What a build reads beside clients.ts: files that people review and commands append to. */
export interface PublishSources {
  readonly ledger: Ledger
  readonly registry: KeyRegistry
}

export const SOURCES: PublishSources = {
  ledger: readLedger(ledger),
  registry: readRegistry(registry),
}
