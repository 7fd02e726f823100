import { deepEqual, equal, match, notEqual } from 'node:assert/strict'
import { accountName, needsName, suggestedName } from '../../extension/src/account-name.ts'
import {
  accountOf,
  editorSession,
  fittingSessions,
  readWish,
  sessionsChange,
  sessionToWiden,
} from '../../extension/src/editor-sessions.ts'
import { plainL10n } from '../support/plain-l10n.ts'
import { sessionInfoOf } from '../support/session-info.ts'

const SERVER = 'https://mcp.service.test/mcp'

describe('Names of accounts (C5)', () => {
  const ada = sessionInfoOf({ id: 'aaaaaaaa', accountKey: '1', accountLabel: 'ada' })

  it('are asked for where the server names nobody, and never again', () => {
    const opaque = sessionInfoOf({ id: 'bbbbbbbb' })
    equal(needsName(opaque, [ada, opaque]), true)
    const named = { ...opaque, accountLabel: 'work', accountNamed: true }
    equal(needsName(named, [ada, named]), false)
    equal(needsName(ada, [ada, opaque]), false)
  })

  it('are asked for where two accounts of a server are called alike', () => {
    const other = sessionInfoOf({ id: 'bbbbbbbb', accountKey: '2', accountLabel: 'ada' })
    equal(needsName(other, [ada, other]), true)
    const elsewhere = { ...other, server: 'https://mcp.service.test/other' }
    equal(needsName(elsewhere, [ada, elsewhere]), false)
  })

  it('suggested for two accounts without a name differ, whichever others there are', () => {
    const [one, two] = [sessionInfoOf({ id: 'aaaaaaaa' }), sessionInfoOf({ id: 'bbbbbbbb' })]
    notEqual(suggestedName(one, plainL10n), suggestedName(two, plainL10n))
    equal(accountName(one, plainL10n), suggestedName(one, plainL10n))
  })

  it('differ in the editor for each server, because it keeps permissions by them', () => {
    const label = (server: string) => accountOf({ ...ada, server }, plainL10n).label
    const labels = ['/a', '/b', '/a?tenant=1'].map((end) => label(`https://mcp.service.test${end}`))
    equal(new Set([...labels, label('http://mcp.service.test/a')]).size, 4)
    match(label(SERVER), /^ada \(mcp\.service\.test\/mcp\)$/)
  })

  it('of opaque tokens never make two accounts one', () => {
    const [one, two] = [sessionInfoOf({ id: 'aaaaaaaa' }), sessionInfoOf({ id: 'bbbbbbbb' })]
    notEqual(accountOf(one, plainL10n).id, accountOf(two, plainL10n).id)
  })
})

describe('What other extensions ask for (C6)', () => {
  const read = sessionInfoOf({ id: 'r', accountKey: 'ada', scopes: ['read'] })

  it('names the server in the list of scopes', () =>
    deepEqual(readWish(['a', `resource=${SERVER}`, 'b']), { server: SERVER, scopes: ['a', 'b'] }))

  it('is met by sessions of that server that have every scope', () => {
    const write = sessionInfoOf({ id: 'w', scopes: ['read', 'write'] })
    const elsewhere = sessionInfoOf({
      id: 'e',
      server: 'https://x.test',
      resource: 'https://x.test',
    })
    const ids = (scopes: readonly string[]) =>
      fittingSessions([read, write, elsewhere], readWish(scopes)).map(({ id }) => id)
    deepEqual(ids([`resource=${SERVER}`, 'read']), ['r', 'w'])
    deepEqual(ids([`resource=${SERVER}`, 'write']), ['w'])
    deepEqual(ids([`resource=${SERVER}/`]), [])
    deepEqual(ids([]), ['r', 'w', 'e'])
  })

  it('widens the session of a named account, or the one that is meant, and no other', () => {
    const opaque = sessionInfoOf({ id: 'o' })
    const wish = readWish([`resource=${SERVER}`, 'write'])
    equal(sessionToWiden([read], wish, undefined, plainL10n)?.id, 'r')
    equal(sessionToWiden([opaque], wish, undefined, plainL10n), undefined)
    equal(sessionToWiden([opaque], wish, accountOf(opaque, plainL10n), plainL10n)?.id, 'o')
    const two = [read, sessionInfoOf({ id: 'g', accountKey: 'grace' })]
    equal(sessionToWiden(two, wish, undefined, plainL10n), undefined)
    equal(sessionToWiden(two, wish, accountOf(read, plainL10n), plainL10n)?.id, 'r')
  })

  it('is told of changes: what came, what went, what changed, and nothing else', () => {
    const map = (...ids: string[]) =>
      new Map(ids.map((id) => [id, editorSession(sessionInfoOf({ id }), '', plainL10n)]))
    const change = sessionsChange(map('a', 'b', 'c'), map('b', 'c', 'd'), new Set(['a', 'b', 'd']))
    deepEqual(
      [change?.added, change?.removed, change?.changed].map((list) => list?.[0]?.id),
      ['d', 'a', 'b'],
    )
    equal([change?.added, change?.removed, change?.changed].flat().length, 3)
    equal(sessionsChange(map('a'), map('a'), new Set(['x'])), undefined)
  })
})
