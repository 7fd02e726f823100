import { parseTolerance, type Tolerance, type Tolerances } from '@signet/core'

/** The settings of `signet.*`, read once and checked: nothing else looks at raw configuration. */
export interface Settings {
  /** MCP servers offered by the sign-in command. */
  readonly servers: readonly ConfiguredServer[]
  readonly preRegisteredClients: readonly PreRegisteredSetting[]
  readonly publishedDocument: boolean
  readonly dynamicRegistration: boolean
  readonly redirect: RedirectSetting
  /** False: VS Code's MCP client connects by itself, with a token it cannot renew. */
  readonly gateway: boolean
  /** Scopes to ask for, by server URL; a server without an entry follows the specification's order. */
  readonly scopes: ReadonlyMap<string, readonly string[]>
  /** Extra authorization parameters, by issuer. */
  readonly authorizationParameters: ReadonlyMap<string, Readonly<Record<string, string>>>
  /** What is allowed against the letter of MCP, by issuer. */
  readonly tolerances: Tolerances
}

export interface ConfiguredServer {
  readonly url: string
  readonly label: string | undefined
}

export interface PreRegisteredSetting {
  readonly issuer: string
  readonly clientId: string
  readonly method: (typeof METHODS)[number]
  readonly redirectUris: readonly string[] | undefined
}

const METHODS = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const

export type RedirectSetting = 'auto' | 'loopback' | 'bounce' | 'direct'

/** How a raw setting is read: its name without `signet.`. The value comes from a file a person edits. */
export type ReadSetting = (name: string) => unknown

/**
 * Raw configuration → Settings. An entry of the wrong shape is left out and its setting's name returned in
 * `ignored`, so that the person can be told. Pure.
 */
export function readSettings(read: ReadSetting): {
  readonly settings: Settings
  readonly ignored: readonly string[]
} {
  const ignored = new Set<string>()
  const list = <T>(name: string, parse: (entry: unknown) => T | undefined): readonly T[] => {
    const raw = read(name)
    if (raw === undefined || raw === null) return []
    const parsed = Array.isArray(raw) ? raw.map(parse) : [undefined]
    if (parsed.includes(undefined)) ignored.add(name)
    return parsed.filter((entry) => entry !== undefined)
  }
  const table = <T>(
    name: string,
    parse: (entry: unknown) => T | undefined,
  ): ReadonlyMap<string, T> => {
    const raw = read(name)
    if (raw === undefined || raw === null) return new Map()
    const entries: [string, T][] = []
    for (const [key, value] of isRecord(raw) ? Object.entries(raw) : [['', undefined] as const]) {
      const parsed = parse(value)
      if (parsed === undefined) ignored.add(name)
      else entries.push([key, parsed])
    }
    return new Map(entries)
  }
  const settings: Settings = {
    servers: list('servers', parseServer),
    preRegisteredClients: list('registration.clients', parseClient),
    publishedDocument: read('registration.publishedDocument') !== false,
    dynamicRegistration: read('registration.dynamic') !== false,
    redirect: parseRedirect(read('redirect')),
    gateway: read('gateway') !== false,
    scopes: table('scopes', strings),
    authorizationParameters: table('authorizationParameters', stringRecord),
    tolerances: table('tolerances', parseTolerances),
  }
  return { settings, ignored: [...ignored] }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function strings(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined
}

function stringRecord(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isRecord(value)) return undefined
  const entries = Object.entries(value)
  if (!entries.every((entry): entry is [string, string] => typeof entry[1] === 'string'))
    return undefined
  return Object.fromEntries(entries)
}

function parseTolerances(value: unknown): readonly Tolerance[] | undefined {
  const parsed = strings(value)?.map(parseTolerance)
  const known = parsed?.filter((tolerance) => tolerance !== undefined)
  return known?.length === parsed?.length ? known : undefined
}

function parseServer(entry: unknown): ConfiguredServer | undefined {
  if (typeof entry === 'string') return { url: entry, label: undefined }
  if (!isRecord(entry) || typeof entry.url !== 'string') return undefined
  return { url: entry.url, label: typeof entry.label === 'string' ? entry.label : undefined }
}

function parseClient(entry: unknown): PreRegisteredSetting | undefined {
  if (!isRecord(entry)) return undefined
  const { issuer, clientId, redirectUris } = entry
  const method = METHODS.find((known) => known === (entry.method ?? 'none'))
  if (typeof issuer !== 'string' || typeof clientId !== 'string') return undefined
  if (method === undefined) return undefined
  if (redirectUris !== undefined && strings(redirectUris) === undefined) return undefined
  return { issuer, clientId, method, redirectUris: strings(redirectUris) }
}

function parseRedirect(value: unknown): RedirectSetting {
  return value === 'loopback' || value === 'bounce' || value === 'direct' ? value : 'auto'
}
