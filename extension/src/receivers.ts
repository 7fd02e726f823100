import { env, ExtensionKind, UIKind, Uri, type Extension } from 'vscode'
import type { OpenReceiver } from '@signet/core'
import { loopbackReceiver } from '@signet/core/node'
import {
  bounceSchemes,
  editorIdentity,
  encodeBounceState,
  publishedIdentity,
  type BounceTarget,
  type PublishedIdentity,
} from '@signet/site/client-metadata'
import type { Localise } from './localise.ts'
import { pasteReceiver, withPaste, type PasteSlot } from './paste-receiver.ts'
import { chooseReceivers, usesEditorDocument, type ReceiverChoice } from './receiver-choice.ts'
import type { RedirectSetting } from './settings.ts'
import { uriReceiver, type UriInbox } from './uri-receiver.ts'

/** Nonce of the shape the codec wants, to learn whether a target is listed; it is never sent. */
const SAMPLE_NONCE = 'A'.repeat(43)

/** One way a redirect can come back; a pasted address can complete each of them. */
export interface WayBack {
  readonly kind: ReceiverChoice
  readonly open: (slot: PasteSlot) => OpenReceiver
}

/** Who this client is: the main document, or the opt-in one that lists the editor's own URI. */
export function editorOrMainIdentity(
  extensionId: string,
  setting: RedirectSetting,
): PublishedIdentity {
  const web = env.uiKind === UIKind.Web
  const editor = setting === 'direct' ? editorIdentity('production') : undefined
  const editorUriListed = editor?.redirectUris.includes(editorUri(extensionId)) === true
  return editor !== undefined && usesEditorDocument({ setting, web, editorUriListed })
    ? editor
    : publishedIdentity('production')
}

/** The URI that the system hands to this editor. */
function editorUri(extensionId: string): string {
  return `${env.uriScheme}://${extensionId}/callback`
}

/** The ways this editor can receive a redirect, best first, each ready to be opened. */
export async function editorReceivers(
  extension: Extension<unknown>,
  identity: PublishedIdentity,
  inbox: UriInbox,
  setting: RedirectSetting,
  l10n: Localise,
): Promise<readonly WayBack[]> {
  const web = env.uiKind === UIKind.Web
  const callback = web ? await webCallback(extension.id) : undefined
  const target = bounceTarget(callback)
  const choices = chooseReceivers({
    web,
    local: extension.extensionKind === ExtensionKind.UI || env.remoteName === undefined,
    loopbackPage:
      callback !== undefined && /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(callback),
    bounceTarget: target !== undefined && encodeBounceState(target, SAMPLE_NONCE) !== undefined,
    reservedOrigin: identity.reservedOrigin,
    editorUriListed: identity.redirectUris.includes(editorUri(extension.id)),
    setting,
  })
  return choices.map((kind) => ({
    kind,
    open: (slot) => {
      switch (kind) {
        case 'direct':
          return withPaste(
            uriReceiver('direct', inbox, editorUri(extension.id), (nonce) => nonce),
            slot,
          )
        case 'loopback':
          return withPaste(loopback(identity, l10n), slot)
        case 'bounce':
          return withPaste(bounce(identity, inbox, target), slot)
        case 'paste':
          return pasteReceiver(pasteRedirectUri(identity), slot)
      }
    },
  }))
}

/** A registered address; nothing has to answer there. */
function pasteRedirectUri({ loopbackPorts, loopbackPath }: PublishedIdentity): string {
  return `http://127.0.0.1:${String(loopbackPorts[0])}${loopbackPath}`
}

/** The address that leads back into this browser-served editor, as it is right now. */
async function webCallback(extensionId: string): Promise<string> {
  const internal = Uri.from({ scheme: env.uriScheme, authority: extensionId, path: '/callback' })
  return (await env.asExternalUri(internal)).toString(true)
}

function bounceTarget(callback: string | undefined): BounceTarget | undefined {
  if (callback !== undefined) return { kind: 'web', callback }
  return bounceSchemes.includes(env.uriScheme)
    ? { kind: 'scheme', scheme: env.uriScheme }
    : undefined
}

function bounce(
  identity: PublishedIdentity,
  inbox: UriInbox,
  target: BounceTarget | undefined,
): OpenReceiver {
  return uriReceiver('bounce', inbox, identity.bounceUri, (nonce) =>
    target === undefined ? undefined : encodeBounceState(target, nonce),
  )
}

function loopback(identity: PublishedIdentity, l10n: Localise): OpenReceiver {
  return loopbackReceiver({
    ports: identity.loopbackPorts,
    path: identity.loopbackPath,
    page: {
      // Translated to the name of the language that the texts are in.
      lang: l10n.t('en'),
      title: l10n.t('Back to your editor'),
      body: l10n.t('The sign-in continues there. You can close this page.'),
    },
  })
}
