import { z } from 'zod'
import type { Rule } from '../client-metadata/finding.ts'
import { VANTAGE } from './limits.ts'

/** One place's answer, as far as the API gives it. The host controls status, headers and body. */
const finishedSchema = z.object({
  status: z.literal('finished'),
  statusCode: z.number().int(),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  /** The first 10,000 characters, decoded as UTF-8. */
  rawBody: z.string().nullable(),
  truncated: z.boolean(),
  resolvedAddress: z.string().nullable(),
  timings: z.object({ total: z.number().nullable() }),
  tls: z
    .object({
      authorized: z.boolean(),
      error: z.string().optional(),
      createdAt: z.string().nullable(),
      expiresAt: z.string().nullable(),
      issuer: z.object({ O: z.string().optional(), CN: z.string().optional() }),
      fingerprint256: z.string(),
    })
    .nullable(),
})

const resultSchema = z.object({
  probe: z.object({
    country: z.string().regex(/^[A-Z]{2}$/),
    city: z.string(),
    asn: z.number().int(),
    network: z.string(),
  }),
  result: z.union([
    finishedSchema,
    // `offline`: the place is gone. Anything else is a failure whose text is for people, not for programs.
    z.object({ status: z.enum(['failed', 'offline', 'in-progress']) }),
  ]),
})

const measurementSchema = z.object({
  status: z.string(),
  results: z.array(z.unknown()),
})

const createdSchema = z.object({ id: z.string().regex(/^[\w-]{1,64}$/) })

export type PlaceResult = z.infer<typeof resultSchema>
export type PlaceAnswer = z.infer<typeof finishedSchema>

/** Why no place looked. None of these says anything about what is watched. */
export type VantageProblem =
  | 'vantage-rate-limited'
  | 'vantage-no-places'
  | 'vantage-refused'
  | 'vantage-unreachable'
  | 'vantage-timeout'
  | 'vantage-bad-answer'

const rule = (id: VantageProblem, message: string, fix: string): Rule<never> => {
  return { id, severity: 'info', step: 5, section: '-', message, fix, check: () => [] }
}

export const VANTAGE_PROBLEM_RULES: Readonly<Record<VantageProblem, Rule<never>>> = {
  'vantage-rate-limited': rule(
    'vantage-rate-limited',
    'Globalping takes no more measurements for now, so nobody looked from elsewhere.',
    'Put a token in GLOBALPING_TOKEN, or look less often.',
  ),
  'vantage-no-places': rule(
    'vantage-no-places',
    'Globalping has no place to look from at the moment.',
    'Nothing to do; the next run asks again.',
  ),
  'vantage-refused': rule(
    'vantage-refused',
    'Globalping refused the request.',
    'Check GLOBALPING_TOKEN; without a token it works as well.',
  ),
  'vantage-unreachable': rule(
    'vantage-unreachable',
    'Globalping does not answer, so nobody looked from elsewhere.',
    'Nothing to do; the next run asks again.',
  ),
  'vantage-timeout': rule(
    'vantage-timeout',
    'The places had not finished when the run ended.',
    'Nothing to do; the next run asks again.',
  ),
  'vantage-bad-answer': rule(
    'vantage-bad-answer',
    'What Globalping sent is not what its documentation describes.',
    'Look for a newer version of Signet.',
  ),
}

/** Ends a measurement. Nothing of the peer's text is in it. */
export class VantageError extends Error {
  readonly problem: VantageProblem
  /** When the service takes measurements again, where it says so. */
  readonly againInSeconds: number | undefined

  constructor(problem: VantageProblem, againInSeconds?: number, options?: ErrorOptions) {
    super(problem, options)
    this.name = 'VantageError'
    this.problem = problem
    this.againInSeconds = againInSeconds
  }
}

export interface GlobalpingAccess {
  /** `https://api.globalping.io`; tests bring their own. */
  readonly api: string
  /** Raises the hourly limit; undefined: an anonymous one, which is enough. */
  readonly token: string | undefined
  readonly fetch: typeof globalThis.fetch
  /** Waits; ends early when the signal does. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Ends the measurement: the run's end, or VANTAGE.timeoutMs. */
  readonly signal: AbortSignal
}

/** Who looks: several networks, or the same places as an earlier measurement by its id. */
export type Places = typeof VANTAGE.places | string

export interface Measurement {
  /** Names its places to later measurements. */
  readonly id: string
  /** Those that could be read. */
  readonly results: readonly PlaceResult[]
}

/**
 * Lets several places of the world ask for one URL, as an authorization server would: GET, no redirect followed.
 * Sends the URL and nothing else. Throws VantageError.
 */
export async function measure(
  url: string,
  places: Places,
  access: GlobalpingAccess,
): Promise<Measurement> {
  const created = await call(access, '/v1/measurements', requestFor(url, places))
  const { id } = read(createdSchema, created)
  const deadline = access.signal
  for (let attempt = 0; attempt < VANTAGE.maxPolls; attempt += 1) {
    await access.sleep(VANTAGE.pollMs, deadline)
    if (deadline.aborted) break
    const answer = await call(access, `/v1/measurements/${id}`).catch((error: unknown) => {
      // The measurement goes on meanwhile; asked too often or not reached, it is asked again.
      if (error instanceof VantageError && PASSING.has(error.problem)) return undefined
      throw error
    })
    if (answer === undefined) continue
    const { status, results } = read(measurementSchema, answer)
    if (status !== 'in-progress') return { id, results: readable(results) }
  }
  throw new VantageError('vantage-timeout')
}

const PASSING: ReadonlySet<VantageProblem> = new Set([
  'vantage-rate-limited',
  'vantage-unreachable',
])

function requestFor(url: string, places: Places): unknown {
  const { hostname, port, pathname, search } = new URL(url)
  return {
    type: 'http',
    target: hostname,
    locations: places,
    measurementOptions: {
      protocol: 'HTTPS',
      ...(port !== '' && { port: Number(port) }),
      request: {
        method: 'GET',
        host: hostname,
        path: pathname,
        ...(search !== '' && { query: search.slice(1) }),
        headers: { Accept: 'application/json', 'Accept-Encoding': 'identity' },
      },
    },
  }
}

/** One request. Throws VantageError, also when the time is over. */
async function call(access: GlobalpingAccess, path: string, body?: unknown): Promise<unknown> {
  const { api, token, fetch, signal } = access
  try {
    const response = await fetch(`${api}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'user-agent': 'signet-watch',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal,
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw new VantageError(problemOf(response.status), resetSeconds(response.headers))
    }
    return await readJson(response)
  } catch (cause) {
    if (cause instanceof VantageError) throw cause
    throw new VantageError(signal.aborted ? 'vantage-timeout' : 'vantage-unreachable', undefined, {
      cause,
    })
  }
}

function resetSeconds(headers: Headers): number | undefined {
  const text = headers.get('x-ratelimit-reset') ?? ''
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined
}

function problemOf(status: number): VantageProblem {
  if (status === 429) return 'vantage-rate-limited'
  if (status === 422) return 'vantage-no-places'
  return status >= 500 ? 'vantage-unreachable' : 'vantage-refused'
}

/** Up to the limit; what is longer is no answer of this API. */
async function readJson(response: Response): Promise<unknown> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > VANTAGE.maxAnswerBytes) throw new VantageError('vantage-bad-answer')
    text += decoder.decode(chunk, { stream: true })
  }
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new VantageError('vantage-bad-answer', undefined, { cause })
  }
}

function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new VantageError('vantage-bad-answer')
  return parsed.data
}

/** One malformed place says nothing about the others. */
function readable(results: readonly unknown[]): readonly PlaceResult[] {
  const all = results.slice(0, VANTAGE.maxPlaces).flatMap((each) => {
    const parsed = resultSchema.safeParse(each)
    return parsed.success ? [parsed.data] : []
  })
  if (all.length === 0 && results.length > 0) throw new VantageError('vantage-bad-answer')
  return all
}
