import { window } from 'vscode'
import { isSignInError, parseServerUrl, type SignetClient } from '@signet/core'
import type { Localise } from './localise.ts'
import { messageFor } from './messages.ts'
import type { Settings } from './settings.ts'

export interface ServerQuestionPorts {
  readonly client: Pick<SignetClient, 'sessions'>
  readonly settings: () => Settings
  readonly l10n: Localise
}

/** Signed-in and configured servers to choose from, or any other URL. */
export async function askForServer({
  client,
  settings,
  l10n,
}: ServerQuestionPorts): Promise<string | undefined> {
  const sessions = await client.sessions.list()
  const known = new Map(
    settings().servers.map(({ url, label }) => [
      url,
      { label: label ?? url, description: label === undefined ? '' : url, url },
    ]),
  )
  for (const { server } of sessions) {
    known.set(server, {
      ...(known.get(server) ?? { label: server, url: server }),
      description: l10n.t('signed in'),
    })
  }
  if (known.size > 0) {
    const other = { label: l10n.t('Another server…'), description: '', url: undefined }
    const picked = await window.showQuickPick([...known.values(), other], {
      title: l10n.t('Sign in to an MCP server'),
      placeHolder: l10n.t('Choose a server'),
    })
    if (picked === undefined) return undefined
    if (picked.url !== undefined) return picked.url
  }
  return await window.showInputBox({
    title: l10n.t('Sign in to an MCP server'),
    prompt: l10n.t('The server’s address'),
    placeHolder: 'https://mcp.example.com/mcp',
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? undefined : problemWith(value, l10n)),
  })
}

function problemWith(value: string, l10n: Localise): string | undefined {
  try {
    parseServerUrl(value)
    return undefined
  } catch (error) {
    return isSignInError(error) ? messageFor(error.code, error.detail, l10n).text : undefined
  }
}
