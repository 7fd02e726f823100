import { z } from 'zod'
import { alertMarkdown, type Alert } from './alert.ts'
import { request, type Channel } from './channel.ts'
import { ISSUES_PER_PAGE } from './limits.ts'

export interface GithubAccess {
  /** https://api.github.com, or an enterprise server's. */
  readonly api: string
  /** owner/name */
  readonly repository: string
  readonly token: string
}

const LABEL = 'signet-watch'

const issuesSchema = z.array(z.object({ number: z.number(), body: z.string().nullable() }))
const createdSchema = z.object({ number: z.number() })

/**
 * One issue for each incident: opened with it, commented on change, closed with it. The incident's name is
 * in the issue and the change's key in each comment, so a second try finds what the first one left.
 */
export function githubChannel(
  { api, repository, token }: GithubAccess,
  fetch: typeof globalThis.fetch,
): Channel {
  const issues = `${api}/repos/${repository}/issues`
  const call = async (url: string, method: string, body?: unknown) =>
    await request(
      url,
      {
        method,
        headers: {
          accept: 'application/vnd.github+json',
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'user-agent': 'signet-watch',
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      },
      fetch,
    )
  const find = async (url: string, mark: string) => {
    const found = issuesSchema.parse(await (await call(url, 'GET')).json())
    return found.find(({ body }) => body?.includes(mark) === true)?.number
  }
  const open = async (alert: Alert) => {
    const mark = markOf(alert.incident)
    const query = `state=all&labels=${LABEL}&per_page=${ISSUES_PER_PAGE}`
    const known = await find(`${issues}?${query}`, mark)
    if (known !== undefined) return known
    const created = await call(issues, 'POST', {
      title: alert.title,
      body: `${alertMarkdown(alert)}\n\n${mark}`,
      labels: [LABEL],
    })
    return createdSchema.parse(await created.json()).number
  }
  return {
    id: 'github',
    send: async (alert) => {
      const issue = `${issues}/${await open(alert)}`
      if (alert.kind === 'opened') return
      const mark = markOf(alert.key)
      const comments = `${issue}/comments?per_page=${ISSUES_PER_PAGE}`
      if (!(await findComment(comments, mark, call)))
        await call(`${issue}/comments`, 'POST', {
          body: `${alert.title}\n\n${alertMarkdown(alert)}\n\n${mark}`,
        })
      if (alert.kind === 'closed') await call(issue, 'PATCH', { state: 'closed' })
    },
  }
}

const commentsSchema = z.array(z.object({ body: z.string().nullable() }))

async function findComment(
  url: string,
  mark: string,
  call: (url: string, method: string) => Promise<Response>,
): Promise<boolean> {
  const comments = commentsSchema.parse(await (await call(url, 'GET')).json())
  return comments.some(({ body }) => body?.includes(mark) === true)
}

const markOf = (key: string) => `<!-- signet: ${key} -->`
