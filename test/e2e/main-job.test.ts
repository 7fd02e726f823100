import { equal, match } from 'node:assert/strict'
import { runMainJob, type MainJobFacts } from './main-job.ts'

const CLIENT_ID = 'https://signet.example/oauth/client.json'

const ways = [
  { redirect: 'loopback', redirectUri: /^http:\/\/127\.0\.0\.1:\d+\/callback$/ },
  { redirect: 'bounce', redirectUri: /^https:\/\/signet\.example\/callback$/ },
] as const

for (const { redirect, redirectUri } of ways) {
  describe(`From the palette to a tool call, ${redirect} redirect`, function () {
    this.timeout(180_000)
    let facts: MainJobFacts

    before(async () => {
      const progress = (line: string) => console.log(`    ${line}`)
      const { signal } = new AbortController()
      facts = await runMainJob({ redirect, screenshots: undefined, progress, signal })
    })

    it('had the published document fetched by the authorization server (A3.15)', () =>
      equal(facts.documentFetched, CLIENT_ID))

    it('came back on a redirect URI of the document (A5.34)', () =>
      match(facts.redirectUri, redirectUri))

    it('got a token for this MCP server and this client (A3.19, A4.24)', () => {
      match(facts.aud, /^http:\/\/127\.0\.0\.\d:\d+\/mcp$/)
      equal(facts.clientId, CLIENT_ID)
    })

    it('made a tool call with it through VS Code’s own MCP client', () =>
      match(facts.toolResult, /total: 2099\.85 EUR/))
  })
}
