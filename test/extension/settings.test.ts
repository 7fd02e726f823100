import { deepEqual, equal } from 'node:assert/strict'
import { readSettings } from '../../extension/src/settings.ts'

const read = (values: Record<string, unknown>) => readSettings((name) => values[name])

describe('Settings', () => {
  it('are complete without any configuration', () => {
    const { settings, ignored } = read({})
    deepEqual(settings.servers, [])
    equal(settings.redirect, 'auto')
    equal(settings.publishedDocument, true)
    equal(settings.dynamicRegistration, true)
    equal(settings.gateway, true)
    deepEqual(ignored, [])
  })

  const wrong: [string, unknown][] = [
    ['servers', [{ label: 'no url' }]],
    ['servers', 'https://one.test'],
    ['registration.clients', [{ issuer: 'https://a.test' }]],
    ['registration.clients', [{ issuer: 'https://a.test', clientId: 'x', method: 'tls' }]],
    ['scopes', { 'https://a.test': 'read' }],
    ['authorizationParameters', { 'https://a.test': { audience: 1 } }],
  ]
  for (const [name, value] of wrong) {
    it(`leaves out ${name} ${JSON.stringify(value)} and says so`, () =>
      deepEqual(read({ [name]: value }).ignored, [name]))
  }

  it('keep the good entries beside a bad one', () => {
    const { settings } = read({ servers: [{ url: 'https://a.test', label: 'A' }, 7] })
    deepEqual(settings.servers, [{ url: 'https://a.test', label: 'A' }])
  })

  it('hold no secret: an entry cannot carry one', () => {
    const client = { issuer: 'https://a.test', clientId: 'x', client_secret: 's' }
    const { settings } = read({ 'registration.clients': [client] })
    equal(JSON.stringify(settings.preRegisteredClients).includes('"s"'), false)
  })
})
