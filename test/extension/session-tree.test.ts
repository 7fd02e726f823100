import { deepEqual, equal } from 'node:assert/strict'
import type { SessionInfo } from '@signet/core'
import {
  accountState,
  endedCount,
  sessionTree,
  type TreeContext,
} from '../../extension/src/session-tree.ts'
import { plainL10n } from '../support/plain-l10n.ts'
import { sessionInfoOf } from '../support/session-info.ts'

const NOW = Date.UTC(2026, 10, 23)
const context: TreeContext = {
  names: new Map(),
  now: NOW,
  formatTime: (ms) => new Date(ms).toISOString(),
  l10n: plainL10n,
}

const states: [string, Partial<SessionInfo>, string][] = [
  ['renewable, token still valid', { renewable: true, expiresAt: NOW + 1 }, 'lasting'],
  ['renewable, token ended while nobody asked', { renewable: true, expiresAt: NOW }, 'lasting'],
  ['not renewable, token still valid', { renewable: false, expiresAt: NOW + 1 }, 'ending'],
  ['not renewable, end unknown', { renewable: false, expiresAt: undefined }, 'ending'],
  ['not renewable, token ended', { renewable: false, expiresAt: NOW }, 'ended'],
  ['given up after invalid_grant', { signedOut: true, renewable: false }, 'ended'],
]

describe('The view’s model (C7)', () => {
  for (const [name, change, expected] of states) {
    it(`${name}: ${expected}`, () => equal(accountState(sessionInfoOf(change), NOW), expected))
  }

  it('puts the accounts of one server under it, in the order of signing in', () => {
    const tree = sessionTree(
      [
        sessionInfoOf({ id: '1', accountLabel: 'ada' }),
        sessionInfoOf({ id: '2', server: 'https://other.test/mcp' }),
        sessionInfoOf({ id: '3', accountLabel: 'grace' }),
      ],
      context,
    )
    deepEqual(
      tree.map(({ label, accounts }) => [label, accounts.map((account) => account.label)]),
      [
        ['mcp.service.test/mcp', ['ada', 'grace']],
        ['other.test/mcp', ['Account 2']],
      ],
    )
  })

  it('keeps two tenants of one host apart: servers are compared as strings', () => {
    const tree = sessionTree(
      [
        sessionInfoOf({ server: 'https://a.test/mcp?tenant=1' }),
        sessionInfoOf({ server: 'https://a.test/mcp?tenant=2' }),
      ],
      context,
    )
    equal(tree.length, 2)
  })

  it('shows a server by the name the person gave it, with its address beside', () => {
    const names = new Map([['https://mcp.service.test/mcp', 'Costs']])
    const [node] = sessionTree([sessionInfoOf({})], { ...context, names })
    deepEqual([node?.label, node?.description], ['Costs', 'mcp.service.test/mcp'])
  })

  it('says which scopes were granted and when the token ends', () => {
    const [node] = sessionTree(
      [sessionInfoOf({ scopes: ['read', 'write'], expiresAt: NOW })],
      context,
    )
    const facts = new Map(node?.accounts[0]?.facts.map((fact) => [fact.label, fact.description]))
    equal(facts.get('Scopes'), 'read write')
    equal(facts.get('Token ends'), '2026-11-23T00:00:00.000Z')
  })

  it('counts the accounts that need the person', () => {
    const tree = sessionTree([sessionInfoOf({ signedOut: true }), sessionInfoOf({})], context)
    equal(endedCount(tree), 1)
  })
})
