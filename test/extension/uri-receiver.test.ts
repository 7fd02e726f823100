import { equal } from 'node:assert/strict'
import type { Uri } from 'vscode'
import { uriReceiver, createUriInbox } from '../../extension/src/uri-receiver.ts'
import { expectCode } from '../support/expect-code.ts'

const BOUNCE = 'https://client.test/callback'
const { signal } = new AbortController()

/** The two members of a URI that the inbox reads, as the editor decodes them. */
const uri = (response: string, path = '/callback') =>
  ({ path, query: `response=${Buffer.from(response).toString('base64url')}` }) as unknown as Uri

/** What a server sent without the bounce page. */
const direct = (query: string) => ({ path: '/callback', query }) as unknown as Uri

describe('Callbacks through the URI handler (A8.54, A8.55)', () => {
  it('reach the sign-in that waits for their state, intact', async () => {
    const inbox = createUriInbox(() => undefined)
    const receiver = await uriReceiver('bounce', inbox, BOUNCE, (nonce) => nonce)(signal)
    const arrival = receiver.receive('s', signal)
    const code = 'a+b/c=%26&x é'
    void inbox.handleUri(uri(new URLSearchParams({ code, state: 's' }).toString()))
    equal((await arrival).parameters.get('code'), code)
    equal((await arrival).redirectUri, BOUNCE)
  })

  it('of another window are reported and disturb nobody', async () => {
    const unclaimed: string[] = []
    const inbox = createUriInbox((parameters) => void unclaimed.push(parameters.get('state') ?? ''))
    const arrival = inbox.waitFor('mine', BOUNCE, signal)
    void inbox.handleUri(uri('code=x&state=theirs'))
    void inbox.handleUri(uri('code=y&state=mine'))
    equal((await arrival).parameters.get('code'), 'y')
    equal(unclaimed.join(), 'theirs')
  })

  it('are delivered once', async () => {
    const unclaimed: string[] = []
    const inbox = createUriInbox((parameters) => void unclaimed.push(parameters.get('code') ?? ''))
    const arrival = inbox.waitFor('s', BOUNCE, signal)
    void inbox.handleUri(uri('code=first&state=s'))
    void inbox.handleUri(uri('code=second&state=s'))
    equal((await arrival).parameters.get('code'), 'first')
    equal(unclaimed.join(), 'second')
  })

  it('on another path, or without a response, are nothing', () => {
    const unclaimed: unknown[] = []
    const inbox = createUriInbox((parameters) => void unclaimed.push(parameters))
    void inbox.handleUri(uri('code=x&state=s', '/other'))
    void inbox.handleUri({ path: '/callback', query: 'code=x' } as unknown as Uri)
    equal(unclaimed.length, 0)
  })

  it('that a server sends straight to the editor arrive as the editor has decoded them', async () => {
    const inbox = createUriInbox(() => undefined)
    const link = 'vscode://signet.signet-mcp/callback'
    const receiver = await uriReceiver('direct', inbox, link, (nonce) => nonce)(signal)
    equal(receiver.kind, 'direct')
    equal(receiver.encodeState('nonce'), 'nonce')
    const arrival = receiver.receive('s', signal)
    // Sent as code=a%2Bb%2F%25c: decoded once by the editor, and not again here.
    void inbox.handleUri(direct('code=a+b/%c=&state=s&iss=https://as.test/a?b=c'))
    const { redirectUri, parameters } = await arrival
    equal(redirectUri, link)
    equal(parameters.get('code'), 'a+b/%c=')
    equal(parameters.get('iss'), 'https://as.test/a?b=c')
  })

  it('are not waited for in an editor the bounce page does not know', async () => {
    const inbox = createUriInbox(() => undefined)
    const receiver = await uriReceiver('bounce', inbox, BOUNCE, () => undefined)(signal)
    await expectCode(() => receiver.encodeState('nonce'), 'receiver_unavailable')
  })
})
