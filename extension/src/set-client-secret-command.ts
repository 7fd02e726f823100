import { commands, window } from 'vscode'
import type { SecretStore } from '@signet/core'
import { readClientKey, type KeyProblem } from './client-key.ts'
import { secretKey, withSecret, type ClientWithSecret } from './client-secret.ts'
import type { Localise } from './localise.ts'
import type { Settings } from './settings.ts'

export interface ClientSecretPorts {
  readonly secrets: Pick<SecretStore, 'get' | 'set' | 'delete'>
  readonly settings: () => Settings
  readonly l10n: Localise
}

/**
 * "Set Client Secret…": of a client that the settings name, at the given issuer or one the person picks. What
 * is entered goes into the secret storage; nothing entered removes what is there. True when that changed.
 */
export async function setClientSecret(
  { secrets, settings, l10n }: ClientSecretPorts,
  issuer: string | undefined,
): Promise<boolean> {
  const clients = withSecret(settings()).filter(
    (client) => issuer === undefined || client.issuer === issuer,
  )
  const client = await chooseClient(clients, l10n)
  if (client === undefined) return false
  const key = secretKey(client)
  const stored = (await secrets.get(key)) !== undefined
  const isKey = client.method === 'private_key_jwt'
  const entered = await window.showInputBox({
    title: isKey
      ? l10n.t('Private key of {0}', client.clientId)
      : l10n.t('Secret of {0}', client.clientId),
    prompt:
      (isKey ? l10n.t('A private key as JWK, with its kid.') : l10n.t('As the server issued it.')) +
      ' ' +
      l10n.t('It is kept in the editor’s secret storage.') +
      (stored ? ` ${l10n.t('Leave this empty to remove the one that is stored.')}` : ''),
    password: true,
    ignoreFocusOut: true,
    validateInput: async (text) => {
      if (!isKey || text.trim() === '') return undefined
      const read = await readClientKey(text)
      return typeof read === 'string' ? keyWords(read, l10n) : undefined
    },
  })
  const secret = entered?.trim()
  if (secret === undefined || (secret === '' && !stored)) return false
  if (secret === '') {
    await secrets.delete(key)
    void window.showInformationMessage(l10n.t('The secret of {0} is removed.', client.clientId))
  } else {
    await secrets.set(key, secret)
    void window.showInformationMessage(l10n.t('The secret of {0} is stored.', client.clientId))
  }
  return true
}

/** A question only where there is one. */
async function chooseClient(
  clients: readonly ClientWithSecret[],
  l10n: Localise,
): Promise<ClientWithSecret | undefined> {
  if (clients.length === 0) {
    const settings = l10n.t('Open Settings')
    const chosen = await window.showInformationMessage(
      l10n.t('No client in the settings has a secret. Enter the client there first.'),
      settings,
    )
    if (chosen === settings)
      await commands.executeCommand('workbench.action.openSettings', 'signet.registration.clients')
  }
  if (clients.length <= 1) return clients[0]
  const items = clients.map((client) => ({
    label: client.clientId,
    description: client.issuer,
    client,
  }))
  const title = l10n.t('Whose secret do you want to set?')
  return (await window.showQuickPick(items, { title, matchOnDescription: true }))?.client
}

function keyWords(problem: KeyProblem, l10n: Localise): string {
  switch (problem) {
    case 'not-a-jwk':
      return l10n.t('This is not a JSON Web Key.')
    case 'no-kid':
      return l10n.t('This key has no kid, by which the server would find it.')
    case 'not-private':
      return l10n.t('This is the public part of a key. The private one is needed here.')
    case 'unsupported':
      return l10n.t('Keys for ES256, ES384, RS256 and EdDSA can be used.')
  }
}
