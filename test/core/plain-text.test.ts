import { equal, match } from 'node:assert/strict'
import fc from 'fast-check'
import { plainText } from '@signet/core'
import { readAccount, readableLabel } from '../../extension/core/src/account.ts'

/** What VS Code takes for a link in a notification: a bracket, a text, an address in parentheses. */
const LINK = /\[[^\]]+\]\((?:https?:\/\/|command:|file:)/i

describe('Text of a peer in a sentence of ours (RFC 9700 section 4.11)', () => {
  const hostile: [string, string][] = [
    ['[Alice](command:workbench.action.quit)', 'Alice(command:workbench.action.quit)'],
    ['alice\u202e (elsewhere.test)', 'alice (elsewhere.test)'],
    ['Ada\n\nSigned out', 'Ada Signed out'],
    ['$(verified) Ada', '(verified) Ada'],
    ['\u001b[31mAda\u009b0m', '31mAda 0m'],
    ['Ada Lovelace (work) <ada@example.test>', 'Ada Lovelace (work) <ada@example.test>'],
  ]
  for (const [text, shown] of hostile) {
    it(`shows ${JSON.stringify(text)} as plain text`, () => equal(plainText(text), shown))
  }

  it('is a link, an icon or a control character for no text', () => {
    const piece = fc.constantFrom('[', ']', '(', '$(', '$', 'command:', '\u202e', '\n', 'a', ' ')
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const shown = plainText(pieces.join(''))
        equal(LINK.test(shown), false)
        match(shown, /^(?!.*\$\()[^\p{Cc}\p{Cf}]*$/u)
        equal(plainText(shown), shown)
      }),
    )
  })

  it('names the account of a session, whoever wrote it (A9.63)', () => {
    const idTokenClaims = { sub: 's', preferred_username: '[Alice](command:x)\u202e' }
    equal(readAccount({ accessToken: 't', idTokenClaims }).label, 'Alice(command:x)')
    equal(readableLabel('\u202e\u2066'), undefined)
    equal(readableLabel('x'.repeat(200))?.length, 80)
  })
})
