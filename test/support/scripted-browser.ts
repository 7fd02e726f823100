/** What a person does on the authorization server's page. */
export interface Person {
  readonly answer: 'allow' | 'deny'
  readonly account: string
}

const MAX_STEPS = 12

/**
 * Walks an authorization server's pages like a browser with cookies, answers the consent form, and returns
 * the first redirect that leaves the server. An error page ends the walk with its `data-error` code.
 */
export async function answerAuthorization(
  authorizationUrl: string,
  person: Person,
): Promise<string> {
  const { origin } = new URL(authorizationUrl)
  const cookies = new Map<string, string>()
  let url = authorizationUrl
  let init: RequestInit = {}
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(init.body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split(/=(.*)/s)
      cookies.set(name, value)
    }
    const html = await response.text()
    const location = response.headers.get('location') ?? jsonRedirect(response, html)
    if (location !== undefined) {
      url = new URL(location, url).href
      init = {}
      if (new URL(url).origin !== origin) return url
      continue
    }
    const error = /data-error>([^<]+)</.exec(html)?.[1]
    if (error !== undefined) throw new Error(`refused on the server's page: ${error}`)
    init = {
      method: 'POST',
      body: new URLSearchParams({ action: person.answer, account: person.account }).toString(),
    }
  }
  throw new Error('the authorization server never redirected back')
}

/** Better Auth answers what a script fetches, and Node.js says that it does, with the address in JSON. */
function jsonRedirect(response: Response, body: string): string | undefined {
  if (response.headers.get('content-type')?.startsWith('application/json') !== true)
    return undefined
  const answer = JSON.parse(body) as { redirect?: boolean; url?: string }
  return answer.redirect === true ? answer.url : undefined
}
