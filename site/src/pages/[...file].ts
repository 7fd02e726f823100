import type { APIRoute, GetStaticPaths } from 'astro'
import { buildTarget } from '../publish/environment.ts'
import { routes } from '../publish/routes.ts'

export const getStaticPaths = (() =>
  routes(buildTarget(process.env)).map(({ path, body }) => ({
    params: { file: path.slice(1) },
    props: { body },
  }))) satisfies GetStaticPaths

/** The bytes of routes.ts and nothing of Astro's. */
export const GET: APIRoute<{ body: string }> = ({ props }) => new Response(props.body)
