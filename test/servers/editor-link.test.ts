import { equal, match, ok } from 'node:assert/strict'
import type { Uri } from 'vscode'
import {
  editorIdentity,
  publishedIdentity,
  type PublishedIdentity,
} from '@signet/site/client-metadata'
import { createUriInbox, uriReceiver } from '../../extension/src/uri-receiver.ts'
import { BUNDLED_SITE } from '../e2e/artefacts.ts'
import { answerAuthorization } from '../support/scripted-browser.ts'
import { startCoreHost } from './core-host.ts'
import { startDeployment, type Deployment } from './deployment.ts'

const LINK = 'vscode://signet.signet-mcp/callback'

/** What the editor makes of an address that the system hands it: its query is decoded once. */
function asEditorDecodes(address: string): Uri {
  const question = address.indexOf('?')
  const query = decodeURIComponent(address.slice(question + 1))
  return { path: '/callback', query } as unknown as Uri
}

const published = (identity: PublishedIdentity | undefined) => {
  ok(identity)
  const { clientId, redirectUris, grantTypes, reservedOrigin } = identity
  const authentication = { method: 'none' as const }
  return { clientId, redirectUris, grantTypes, reservedOrigin, authentication }
}

describe('Straight to the editor, by its own URI (C1, A8.55)', () => {
  let deployment: Deployment

  before(async () => {
    deployment = await startDeployment({
      siteDirectory: BUNDLED_SITE,
      host: '127.0.0.1',
      accessTokenSeconds: 300,
      registration: false,
    })
  })
  after(async () => await deployment.close())

  it('signs in with the opt-in document, and renews under its client_id when the setting is another', async () => {
    const sources = { published: published(editorIdentity('production')) }
    const host = startCoreHost(sources)
    const inbox = createUriInbox(() => undefined)
    const session = await host.signIn(deployment.mcpServer.url, {
      openReceiver: uriReceiver('direct', inbox, LINK, (nonce) => nonce),
      openBrowser: async (url) => {
        match(new URL(url).searchParams.get('state') ?? '', /^[\w-]{43}$/)
        const address = await answerAuthorization(url, host.person)
        ok(address.startsWith(`${LINK}?`), address)
        void inbox.handleUri(asEditorDecodes(address))
        return true
      },
    })
    equal(session.redirectUri, LINK)
    equal(session.clientId, 'https://signet.example/oauth/editor.json')
    const { accessToken } = await host.client.access({
      sessionId: session.id,
      rejectedToken: undefined,
      signal: new AbortController().signal,
    })
    sources.published = published(publishedIdentity('production'))
    await host.client.access({
      sessionId: session.id,
      rejectedToken: accessToken,
      signal: new AbortController().signal,
    })
    const renewed = deployment.authorizationServer.record.issued.at(-1)
    equal(renewed?.grant, 'refresh_token')
    equal(renewed.clientId, 'https://signet.example/oauth/editor.json')
  })
})
