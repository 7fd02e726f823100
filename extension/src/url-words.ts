import type { SignInErrorDetails } from '@signet/core'
import type { Localise } from './localise.ts'

/** What is wrong with an address that a person gave. */
export function urlWords(
  reason: SignInErrorDetails['server_url_invalid']['reason'],
  l10n: Localise,
): string {
  switch (reason) {
    case 'not-a-url':
      return l10n.t(
        'This is not a URL. Give the full address of the MCP server, such as https://mcp.example.com/mcp.',
      )
    case 'scheme':
      return l10n.t('An MCP server has an https address. Check the beginning of the URL.')
    case 'userinfo':
      return l10n.t(
        'Leave user name and password out of the server URL; sign-in happens in the browser.',
      )
    case 'fragment':
      return l10n.t('Leave out the part of the server URL from # on.')
  }
}
