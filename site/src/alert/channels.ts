import { alertMarkdown, type Alert } from './alert.ts'
import { ALERT_TIMEOUT_MS } from './limits.ts'
import { githubChannel } from './github-issues.ts'

/** A way to tell people. `send` throws ChannelError; its text never holds an address, which may be a secret. */
export interface Channel {
  readonly id: 'webhook' | 'slack' | 'github'
  readonly send: (alert: Alert) => Promise<void>
}

export class ChannelError extends Error {
  /** Whether a later try may go through. */
  readonly passing: boolean

  constructor(problem: string, passing: boolean, options?: ErrorOptions) {
    super(problem, options)
    this.name = 'ChannelError'
    this.passing = passing
  }
}

/** The variables that name channels; secrets come from nowhere else. */
export type AlertVariables = Readonly<Record<string, string | undefined>>

/** The channels that the environment names. */
export function channelsOf(variables: AlertVariables, fetch: typeof globalThis.fetch): Channel[] {
  const {
    SIGNET_ALERT_WEBHOOK: webhook,
    SIGNET_ALERT_SLACK: slack,
    GITHUB_TOKEN: token,
    GITHUB_REPOSITORY: repository,
    GITHUB_API_URL: api = 'https://api.github.com',
  } = variables
  const has = (value: string | undefined): value is string => value !== undefined && value !== ''
  return [
    ...(has(webhook) ? [webhookChannel(webhook, fetch)] : []),
    ...(has(slack) ? [slackChannel(slack, fetch)] : []),
    ...(has(token) && has(repository) ? [githubChannel({ api, repository, token }, fetch)] : []),
  ]
}

/** The alert as JSON; the key is sent as Idempotency-Key as well. */
function webhookChannel(url: string, fetch: typeof globalThis.fetch): Channel {
  return {
    id: 'webhook',
    send: async (alert) => {
      await post(url, alert, { 'idempotency-key': alert.key }, fetch)
    },
  }
}

/** For Slack and what takes its incoming webhooks. */
function slackChannel(url: string, fetch: typeof globalThis.fetch): Channel {
  return {
    id: 'slack',
    send: async (alert) => {
      const text = `*${alert.title}*\n${alertMarkdown(alert).replaceAll('**', '*')}`
      await post(url, { text }, {}, fetch)
    },
  }
}

async function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
  fetch: typeof globalThis.fetch,
): Promise<void> {
  await request(
    url,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    },
    fetch,
  )
}

/** One request to a channel's host. Throws ChannelError for anything but success. */
export async function request(
  url: string,
  init: RequestInit,
  fetch: typeof globalThis.fetch,
): Promise<Response> {
  const response = await fetch(url, {
    ...init,
    redirect: 'error',
    signal: AbortSignal.timeout(ALERT_TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new ChannelError('unreachable', true, { cause })
  })
  if (response.ok) return response
  await response.body?.cancel()
  throw new ChannelError(
    `status ${response.status}`,
    response.status === 429 || response.status >= 500,
  )
}
