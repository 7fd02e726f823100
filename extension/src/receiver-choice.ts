import type { RedirectSetting } from './settings.ts'

/** What decides how a redirect can come back. All of it is known without asking the network. */
export interface HostFacts {
  /** The editor runs in a browser. */
  readonly web: boolean
  /** This extension runs on the machine the editor's window is on. */
  readonly local: boolean
  /** The page of a browser-served editor is on a loopback address. */
  readonly loopbackPage: boolean
  /** The bounce page knows how to reach this editor: its scheme or its origin is listed. */
  readonly bounceTarget: boolean
  /** The published origin is a reserved name, so no browser reaches its bounce page. */
  readonly reservedOrigin: boolean
  /** The opt-in document lists exactly this editor's own URI. */
  readonly editorUriListed: boolean
  readonly setting: RedirectSetting
}

export type ReceiverChoice = 'direct' | 'loopback' | 'bounce' | 'paste'

/**
 * The ways to try, best first. Pure.
 *
 * A desktop window and this extension share a machine: loopback, then the bounce page. In a browser the
 * bounce page is first, because a loopback address in the address bar may be a tunnel to elsewhere; and
 * loopback stays as the second way where the page itself is on loopback. Nothing beyond loopback is left
 * when the published origin is a reserved name, unless a person insists. Pasting the address needs nothing
 * of the host, so it is always there, and last.
 */
export function chooseReceivers(facts: HostFacts): readonly ReceiverChoice[] {
  return [
    ...(usesEditorDocument(facts) ? (['direct'] as const) : []),
    ...automaticWays(facts),
    'paste',
  ]
}

/**
 * Whether this client is the one of the opt-in document, which the editor's own URI needs: when the person
 * chose it and that URI is listed. Never in a browser, where no system hands URIs to the editor. Pure.
 */
export function usesEditorDocument({
  setting,
  web,
  editorUriListed,
}: Pick<HostFacts, 'setting' | 'web' | 'editorUriListed'>): boolean {
  return setting === 'direct' && !web && editorUriListed
}

function automaticWays(facts: HostFacts): readonly ReceiverChoice[] {
  if (facts.setting === 'loopback') return ['loopback']
  if (facts.setting === 'bounce') return facts.bounceTarget ? ['bounce'] : []
  const loopback = facts.web ? facts.loopbackPage : facts.local
  const bounce = facts.bounceTarget
  if (!facts.web || facts.reservedOrigin) {
    return [...(loopback ? (['loopback'] as const) : []), ...(bounce ? (['bounce'] as const) : [])]
  }
  return [...(bounce ? (['bounce'] as const) : []), ...(loopback ? (['loopback'] as const) : [])]
}
