import type { IncomingMessage } from 'node:http'
import { parse } from 'node:querystring'
import type { Middleware } from 'koa'
import type Provider from 'oidc-provider'

/** The one account everybody is at first; another one can be typed into the page. */
const DEFAULT_ACCOUNT = 'ada@example.test'

const SCOPE_WORDS: Readonly<Record<string, string>> = {
  'costs:read': 'See what deployments cost',
  'budget:write': 'Change budgets',
  offline_access: 'Stay signed in until you sign out',
}

/** What the page answers by itself, where a browser is real and nobody can click in it. */
export interface UnattendedAnswer {
  readonly answer: 'allow' | 'deny'
  readonly account: string
}

/**
 * Sign-in and consent on one page: who asks (name and host of its client_id), where the answer goes, for
 * which server, and for what. The same page a person sees in the demo and a script posts in tests.
 */
export function interactionRoutes(
  provider: Provider,
  unattended: () => UnattendedAnswer | undefined,
): Middleware {
  return async (context, next) => {
    const [, area, uid] = context.path.split('/')
    if (area !== 'interaction' || uid === undefined) {
      await next()
      return
    }
    if (context.method === 'POST') {
      const form = parse(await readBody(context.req))
      await finish(
        provider,
        context.req,
        context.res,
        form.action === 'allow',
        String(form.account ?? DEFAULT_ACCOUNT),
      )
      context.respond = false
      return
    }
    const answer = unattended()
    if (answer !== undefined) {
      await finish(provider, context.req, context.res, answer.answer === 'allow', answer.account)
      context.respond = false
      return
    }
    const { params } = await provider.interactionDetails(context.req, context.res)
    const client = await provider.Client.find(String(params.client_id))
    context.type = 'html'
    context.set('cache-control', 'no-store')
    context.body = page({
      clientName: client?.clientName ?? String(params.client_id),
      clientHost: URL.canParse(String(params.client_id))
        ? new URL(String(params.client_id)).host
        : 'this client',
      redirectHost: new URL(String(params.redirect_uri)).host,
      resource: text(params.resource),
      scopes: text(params.scope)
        .split(' ')
        .filter((scope) => scope !== ''),
    })
  }
}

async function finish(
  provider: Provider,
  request: IncomingMessage,
  response: Parameters<Provider['interactionFinished']>[1],
  allowed: boolean,
  account: string,
): Promise<void> {
  if (!allowed) {
    await provider.interactionFinished(request, response, {
      error: 'access_denied',
      error_description: 'The person said no',
    })
    return
  }
  const { params } = await provider.interactionDetails(request, response)
  const grant = new provider.Grant({ accountId: account, clientId: String(params.client_id) })
  const scope = text(params.scope)
  if (scope.includes('offline_access')) grant.addOIDCScope('offline_access')
  if (typeof params.resource === 'string') grant.addResourceScope(params.resource, scope)
  const grantId = await grant.save()
  await provider.interactionFinished(request, response, {
    login: { accountId: account },
    consent: { grantId },
  })
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function page(facts: {
  readonly clientName: string
  readonly clientHost: string
  readonly redirectHost: string
  readonly resource: string
  readonly scopes: readonly string[]
}): string {
  const scopes = facts.scopes
    .map((scope) => `<li>${escape(SCOPE_WORDS[scope] ?? scope)}</li>`)
    .join('')
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Allow ${escape(facts.clientName)}?</title><style>
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:Canvas;color:CanvasText}
main{width:min(26rem,100% - 2rem);padding:2rem;box-sizing:border-box;border:1px solid color-mix(in srgb,CanvasText 20%,transparent);border-radius:12px}
h1{font-size:1.35rem;margin:0 0 1rem}dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem;margin:0 0 1rem}
dt{opacity:.7}dd{margin:0;overflow-wrap:anywhere}ul{padding-left:1.2rem}
input,button{font:inherit;padding:.5rem .9rem;border-radius:8px;border:1px solid color-mix(in srgb,CanvasText 35%,transparent)}
input{width:100%;box-sizing:border-box;margin:.25rem 0 1rem}
button[value=allow]{background:#0b5cad;border-color:#0b5cad;color:#fff}div{display:flex;gap:.75rem}
</style></head><body><main><h1>Allow ${escape(facts.clientName)} to use your cloud costs?</h1>
<dl><dt>Client</dt><dd>${escape(facts.clientHost)}</dd><dt>Server</dt><dd>${escape(facts.resource)}</dd>
<dt>Answer goes to</dt><dd>${escape(facts.redirectHost)}</dd></dl><p>It asks to:</p><ul>${scopes}</ul>
<form method="post"><label>Account<input name="account" value="${DEFAULT_ACCOUNT}" autocomplete="username"></label>
<div><button name="action" value="allow">Allow</button><button name="action" value="deny">Deny</button></div></form>
</main></body></html>`
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
