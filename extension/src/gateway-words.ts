import { isSignInError } from '@signet/core'
import { BodySpent } from './gateway/body.ts'
import type { Failure } from './gateway/rpc-error.ts'
import type { Localise } from './localise.ts'
import { messageFor, type NextAction } from './messages.ts'

/**
 * A failure behind the gateway in words for the agent and the person who reads over its shoulder. Buttons
 * have no place in an error, so the next action is named as the command it is.
 */
export function failureWords(error: unknown, l10n: Localise): Failure {
  if (error instanceof BodySpent)
    return { code: 'repeat', message: l10n.t('The sign-in was renewed. Send this again.') }
  if (!isSignInError(error)) {
    return {
      code: 'internal',
      message: l10n.t('Something went wrong inside Signet. “Signet: Show Log” says where.'),
    }
  }
  const { text, actions } = messageFor(error.code, error.detail, l10n)
  const next = actions.map((action) => command(action, l10n)).find((words) => words !== undefined)
  return { code: error.code, message: next === undefined ? text : `${text} ${next}` }
}

function command(action: NextAction, l10n: Localise): string | undefined {
  switch (action) {
    case 'sign-in':
      return l10n.t('Run “Signet: Sign In to MCP Server…”, then try again.')
    case 'log':
      return l10n.t('“Signet: Show Log” has the details.')
    case 'try-again':
    case 'another-way':
    case 'client-secret':
    case 'settings':
      return undefined
  }
}
