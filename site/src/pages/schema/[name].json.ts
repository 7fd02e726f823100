import type { APIRoute, GetStaticPaths } from 'astro'
import { buildEnvironment } from '../../publish/environment.ts'
import { routes } from '../../publish/routes.ts'

const table = routes(buildEnvironment(process.env.SIGNET_ENV))

export const getStaticPaths = (() =>
  table
    .filter(({ path }) => path.startsWith('/schema/'))
    .map(({ path, body }) => ({
      params: { name: path.replace('/schema/', '').replace('.json', '') },
      props: { body },
    }))) satisfies GetStaticPaths

/** The bytes of routes.ts and nothing of Astro's. */
export const GET: APIRoute<{ body: string }> = ({ props }) => new Response(props.body)
