import { deepEqual, equal, ok } from 'node:assert/strict'
import { ORIGINS } from '../../site/src/client-metadata/clients.ts'
import { contactFindings, securityText } from '../../site/src/publish/security-text.ts'

const fields = (now: string) =>
  securityText('production', new Date(now))
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/: (.*)/s).slice(0, 2))

describe('security.txt (RFC 9116)', () => {
  it('has one contact, one expiry and its own address, each on a line of its own', () => {
    const names = fields('2026-02-14T10:00:00Z').map(([name]) => name)
    deepEqual(names, ['Contact', 'Expires', 'Preferred-Languages', 'Canonical', 'Policy'])
    const all = Object.fromEntries(fields('2026-02-14T10:00:00Z')) as Record<string, string>
    ok(URL.canParse(all.Contact ?? ''))
    equal(all.Canonical, `${ORIGINS.production}/.well-known/security.txt`)
  })

  for (const now of ['2026-01-01T00:00:00Z', '2026-03-31T23:59:59Z', '2028-02-29T12:00:00Z']) {
    it(`built at ${now}, expires after more than 300 days and before a year has gone`, () => {
      const [, expires = ''] = fields(now).find(([name]) => name === 'Expires') ?? []
      equal(/^\d{4}-\d{2}-01T00:00:00Z$/.test(expires), true)
      const days = (Date.parse(expires) - Date.parse(now)) / 86_400_000
      ok(days > 300 && days < 365, `${days} days`)
    })
  }

  it('is the same for every build of a month', () =>
    deepEqual(fields('2026-02-01T00:00:00Z'), fields('2026-02-28T23:00:00Z')))

  for (const [origin, contact, wanted] of [
    ['https://id.acme.dev', 'mailto:security@acme.dev', 0],
    ['https://id.acme.dev', 'https://acme.dev/security', 0],
    ['https://id.acme.dev', 'mailto:security@signet.example', 1],
    ['https://signet.example', 'mailto:security@signet.example', 0],
    ['https://id.acme.dev', 'security@acme.dev', 1],
    ['https://id.acme.dev', 'javascript:alert(1)', 1],
    ['https://id.acme.dev', 'mailto:security@acme.dev\nContact: x', 1],
  ] as const) {
    it(`${wanted === 0 ? 'lets' : 'does not let'} ${JSON.stringify(contact)} go out at ${origin}`, () =>
      equal(contactFindings(origin, contact).length, wanted))
  }
})
