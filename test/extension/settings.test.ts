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

  it('name each way a client by hand can prove itself', () => {
    for (const method of ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt']) {
      const client = { issuer: 'https://a.test', clientId: 'x', method }
      const { settings, ignored } = read({ 'registration.clients': [client] })
      equal(settings.preRegisteredClients[0]?.method, method)
      deepEqual(ignored, [])
    }
  })

  it('take a way back that is not known for auto', () => {
    for (const way of ['auto', 'loopback', 'bounce', 'direct'])
      equal(read({ redirect: way }).settings.redirect, way)
    equal(read({ redirect: 'https://evil.test' }).settings.redirect, 'auto')
  })

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
