import { CancellationTokenSource, env, UIKind, window } from 'vscode'
import type { Localise } from './localise.ts'
import type { PasteProblem } from './paste-receiver.ts'
import type { SignInWait, SignInWaits, WayOut } from './sign-in-waits.ts'
import { waitLink } from './wait-link.ts'

export interface WaitingPorts {
  readonly waits: SignInWaits
  readonly l10n: Localise
}

/** The three ways out of a wait, as links for a notification's text: they go when the notification goes. */
export function waitingMessage(wait: SignInWait, l10n: Localise): string {
  const link = (command: string) => waitLink(command, wait.id)
  return l10n.t(
    'continue in your browser. If nothing comes back: [Copy Link]({0}), [Paste Redirect URL]({1}), [Try Another Way]({2})',
    link('signet.copySignInLink'),
    link('signet.pasteRedirectUrl'),
    link('signet.tryAnotherWay'),
  )
}

/** "Copy Sign-In Link": for another browser, another profile or another machine. */
export async function copySignInLink(ports: WaitingPorts, id: unknown): Promise<void> {
  const wait = await chooseWait(ports, id)
  if (wait?.link === undefined) return
  await env.clipboard.writeText(wait.link)
  void window.setStatusBarMessage(ports.l10n.t('Sign-in link copied'), COPIED_SHOWN_MS)
}

const COPIED_SHOWN_MS = 3000

/** "Paste Redirect URL…": takes the address the browser ended on, whichever way back was meant to be used. */
export async function pasteRedirectUrl(ports: WaitingPorts, id: unknown): Promise<void> {
  const wait = await chooseWait(ports, id)
  if (wait === undefined) return
  const { l10n } = ports
  // In a browser reading the clipboard asks for permission, and waits for the answer.
  const copied = env.uiKind === UIKind.Web ? '' : await env.clipboard.readText()
  const text = await whileWaiting(
    wait,
    async (token) =>
      await window.showInputBox(
        {
          title: l10n.t('Paste the address your browser ended on'),
          prompt: l10n.t(
            'Approve in the browser first. The address of the last page is the answer, even when the page cannot be shown.',
          ),
          value: wait.paste.problemWith(copied) === undefined ? copied : '',
          ignoreFocusOut: true,
          validateInput: (value) => {
            const problem = value.trim() === '' ? undefined : wait.paste.problemWith(value)
            return problem === undefined ? undefined : pasteWords(problem, l10n)
          },
        },
        token,
      ),
  )
  if (text !== undefined) wait.paste.deliver(text)
}

/** "Try Another Way": the only other one, or a choice between them. */
export async function tryAnotherWay(ports: WaitingPorts, id: unknown): Promise<void> {
  const wait = await chooseWait(ports, id)
  const [first, ...more] = wait?.others ?? []
  if (wait === undefined || first === undefined) return
  const { l10n } = ports
  const way =
    more.length === 0
      ? first
      : await whileWaiting(wait, async (token) => {
          const items = wait.others.map((choice) => ({ ...wayWords(choice, l10n), choice }))
          const picked = await window.showQuickPick(
            items,
            { title: l10n.t('How do you want to sign in?') },
            token,
          )
          return picked?.choice
        })
  if (way !== undefined) wait.switchTo(way)
}

/** Closes what it shows when the sign-in ends by itself. */
async function whileWaiting<T>(
  wait: SignInWait,
  show: (token: CancellationTokenSource['token']) => PromiseLike<T | undefined>,
): Promise<T | undefined> {
  const source = new CancellationTokenSource()
  const end = () => source.cancel()
  wait.ended.addEventListener('abort', end, { once: true })
  try {
    return await show(source.token)
  } finally {
    wait.ended.removeEventListener('abort', end)
    source.dispose()
  }
}

/** The wait a link names; from the palette the only one, or one the person picks. */
async function chooseWait(
  { waits, l10n }: WaitingPorts,
  id: unknown,
): Promise<SignInWait | undefined> {
  if (typeof id === 'string') return waits.find(id)
  const all = waits.all()
  if (all.length > 1) {
    const items = all.map((wait) => ({ label: wait.serverUrl, wait }))
    const picked = await window.showQuickPick(items, { title: l10n.t('Which sign-in?') })
    return picked?.wait
  }
  if (all.length === 0) void window.showInformationMessage(l10n.t('No sign-in is waiting.'))
  return all[0]
}

function pasteWords(problem: PasteProblem, l10n: Localise): string {
  switch (problem) {
    case 'too-long':
      return l10n.t('This is far too long to be an address of the sign-in.')
    case 'other-address':
      return l10n.t('This is not the address this sign-in ends on. Copy the whole address bar.')
    case 'no-answer':
      return l10n.t('This address holds no answer yet. Approve in the browser first.')
    case 'other-sign-in':
      return l10n.t('This address belongs to another sign-in. Use the page opened last.')
  }
}

function wayWords(
  way: WayOut,
  l10n: Localise,
): { readonly label: string; readonly detail: string } {
  switch (way) {
    case 'direct':
      return {
        label: l10n.t('Straight to the editor'),
        detail: l10n.t('The browser opens the editor by its own link.'),
      }
    case 'loopback':
      return {
        label: l10n.t('Through this machine'),
        detail: l10n.t('The browser returns to 127.0.0.1, where the editor listens.'),
      }
    case 'bounce':
      return {
        label: l10n.t('Through the published page'),
        detail: l10n.t('The browser returns to a web page, which opens the editor.'),
      }
    case 'paste':
      return {
        label: l10n.t('By pasting the address'),
        detail: l10n.t('Works everywhere: you copy the address of the last page yourself.'),
      }
    case 'register':
      return {
        label: l10n.t('With a client registered just now'),
        detail: l10n.t('For a sign-in page that refuses the published document of this client.'),
      }
    case 'device':
      return {
        label: l10n.t('With a code on another device'),
        detail: l10n.t('You enter a short code on a page of the sign-in server.'),
      }
  }
}
