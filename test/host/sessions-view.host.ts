import { equal, match, ok } from 'node:assert/strict'
import { commands } from 'vscode'
import { browserWill, itClicks, seen, serverUrl, signIn, signOutEverywhere } from './harness.ts'
import { outside } from './outside.ts'

/** What a screen reader says for each row of the view "MCP Sign-Ins", once `expected` is among them. */
async function rowsWith(expected: string): Promise<readonly string[]> {
  await commands.executeCommand('signet.sessions.focus')
  return (await outside('rows', { text: expected })) as string[]
}

describe('The view “MCP Sign-Ins” (C7)', () => {
  after(async () => await signOutEverywhere())

  itClicks('offers a sign-in while there is none', async () => {
    await signOutEverywhere()
    await commands.executeCommand('signet.sessions.focus')
    match((await outside('welcome')) as string, /not signed in to any MCP server/)
  })

  itClicks('shows server, account and state in words, and the scopes below', async () => {
    await browserWill('allow')
    await signIn()
    const rows = await rowsWith('ada@example.test')
    ok(rows.some((row) => row.startsWith(`Cloud costs, ${serverUrl().slice('http://'.length)}`)))
    ok(rows.includes('ada@example.test, stays signed in'), rows.join('\n'))
    await outside('unfold', { text: 'ada@example.test' })
    ok((await rowsWith('Scopes')).includes('Scopes, costs:read'))
  })

  itClicks('puts a second account of a server beside the first', async () => {
    await browserWill('allow', 'grace@example.test')
    await signIn()
    const rows = await rowsWith('grace@example.test')
    ok(
      rows.some((row) => row.startsWith('ada@example.test')),
      rows.join('\n'),
    )
    equal(rows.filter((row) => row.startsWith('Cloud costs')).length, 1)
  })

  itClicks('signs one account out from its row, and revokes it', async () => {
    const before = await seen()
    await outside('row-action', { text: 'grace@example.test', action: 'Sign Out…' })
    await outside('no-row', { text: 'grace@example.test' })
    ok((await rowsWith('ada@example.test')).length > 0)
    ok((await seen()).revoked.length > before.revoked.length)
  })
})
