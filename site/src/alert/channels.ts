import { alertMarkdown } from './alert.ts'
import { request, type Channel } from './channel.ts'
import { githubChannel } from './github-issues.ts'

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
