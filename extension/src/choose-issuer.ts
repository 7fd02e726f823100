import { window } from 'vscode'
import { plainText } from '@signet/core'
import type { Localise } from './localise.ts'

/**
 * Asks which of a server's authorization servers to use (RFC 9728 section 7.6). Each is shown by its host, as
 * a URL parser reads it, because the rest is the server's to choose; what is no URL is not offered. Undefined:
 * nobody chose.
 */
export async function chooseIssuer(
  issuers: readonly string[],
  l10n: Localise,
): Promise<string | undefined> {
  const items = issuers
    .filter((issuer) => URL.canParse(issuer))
    .map((issuer) => ({ label: new URL(issuer).host, description: plainText(issuer), issuer }))
  const chosen = await window.showQuickPick(items, {
    title: l10n.t('This server offers several places to sign in'),
    placeHolder: l10n.t('Choose where to sign in'),
    ignoreFocusOut: true,
  })
  return chosen?.issuer
}
