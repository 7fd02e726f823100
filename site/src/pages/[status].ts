import type { APIRoute, GetStaticPaths } from 'astro'
import { buildTarget } from '../publish/environment.ts'
import { renderBadge, renderBadgeEndpoint } from '../status/badge.ts'
import { renderStatusFeed } from '../status/feed.ts'
import { readStatus } from '../status/read.ts'
import { renderStatus } from '../status/status.ts'

/** What others read of the status. It changes with every look, so it is not of the table of routes. */
export const getStaticPaths = (async () => {
  const { environment } = buildTarget(process.env)
  const status = await readStatus(process.env, Date.now())
  return [
    { params: { status: 'status.json' }, props: { body: renderStatus(status) } },
    { params: { status: 'status.atom' }, props: { body: renderStatusFeed(environment, status) } },
    { params: { status: 'status.svg' }, props: { body: renderBadge(status) } },
    { params: { status: 'badge.json' }, props: { body: renderBadgeEndpoint(status) } },
  ]
}) satisfies GetStaticPaths

export const GET: APIRoute<{ body: string }> = ({ props }) => new Response(props.body)
