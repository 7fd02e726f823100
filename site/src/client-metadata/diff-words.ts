import type { Change, ChangeKind, ChangeReason } from './diff.ts'

/** The kinds as people read them. */
export const KIND_WORDS: Readonly<Record<ChangeKind, string>> = {
  additive: 'Additive',
  consent: 'Needs consent again',
  breaking: 'Breaking',
}

/** What happened to it, as a person says it before its name. */
export function changeVerb({ path, before, after }: Change): 'Added' | 'Removed' | 'Changed' {
  if (path === '' || (before === undefined && after !== undefined)) return 'Added'
  return after === undefined ? 'Removed' : 'Changed'
}

/** How many changes there are of each kind, the worst first, as one sentence. */
export function changesSummary(changes: readonly Change[]): string {
  const counts = KINDS_BY_WEIGHT.flatMap((kind) => {
    const count = changes.filter((change) => change.kind === kind).length
    return count === 0 ? [] : [`${String(count)} ${COUNTED_WORDS[kind]}`]
  })
  return counts.length === 0 ? 'Nothing changed.' : `${counts.join(', ')}.`
}

/** The worst first: what a person has to know before anything else. */
export const KINDS_BY_WEIGHT = [
  'breaking',
  'consent',
  'additive',
] as const satisfies readonly ChangeKind[]

const COUNTED_WORDS: Readonly<Record<ChangeKind, string>> = {
  breaking: 'breaking',
  consent: 'needing consent again',
  additive: 'additive',
}

interface Words {
  /** What happens, and why it has its kind. */
  readonly why: string
  readonly affected: string
}

const WORDS: Readonly<Record<ChangeReason, Words>> = {
  new_document: {
    why: 'The first version of a new client. Nobody relies on it yet.',
    affected: 'Nobody.',
  },
  document_gone: {
    why: 'The address would answer 404. Every server that asks for it refuses the client.',
    affected: 'Everybody who signed in with this client_id, at the next sign-in or refresh.',
  },
  identity_changed: {
    why: 'The client_id is the client. Another one is another client, without consents or tokens.',
    affected: 'Everybody, and every administrator who allowed the old client_id.',
  },
  redirect_added: {
    why: 'Answers may go to one more place. Servers that keep the old document refuse it until their copy is too old, so publish it, wait, then use it.',
    affected: 'Nobody, while nothing sends it yet.',
  },
  redirect_removed: {
    why: 'Servers refuse a redirect URI that is not listed, whole sign-ins with it.',
    affected: 'Every released extension that still sends it.',
  },
  order_changed: {
    why: 'The same entries in another order. A server that takes the first entry as the default takes another one.',
    affected: 'Clients that send no redirect_uri; this product always sends one.',
  },
  grant_added: {
    why: 'One more way to get tokens; known servers take it or leave it out.',
    affected: 'Nobody.',
  },
  grant_unknown: {
    why: 'Some servers refuse a whole document for one grant or response type that they do not know.',
    affected: 'People at those servers, at their next sign-in.',
  },
  grant_removed: {
    why: 'Servers refuse a grant or response type that the document no longer lists.',
    affected:
      'Everybody who uses it; without refresh_token people are signed out when tokens expire.',
  },
  authentication_changed: {
    why: 'Servers hold a client to the authentication it declares. What is in use proves itself in the old way.',
    affected: 'Every installation, at the next token request.',
  },
  keys_moved: {
    why: 'Servers look for keys elsewhere, and may drop grants and consents when keys change (CIMD section 8.4).',
    affected: 'Whoever signs with a key that servers do not find there.',
  },
  kind_changed: {
    why: 'Native and web clients may have different redirect URIs; servers check the whole list again.',
    affected: 'Everybody at servers that tell the kinds apart.',
  },
  shown_changed: {
    why: 'Consent pages show it. Servers may ask people again, so that nobody approves something else than they saw.',
    affected: 'Everybody, once, at servers that ask again.',
  },
  scope_stated: {
    why: 'Servers refuse a document that names a scope they do not have.',
    affected: 'People at every server whose scopes differ.',
  },
  member_added: { why: 'Servers ignore members that they do not know.', affected: 'Nobody known.' },
  member_changed: {
    why: 'A server that reads it may take the client for a changed one.',
    affected: 'Nobody known.',
  },
  member_removed: {
    why: 'A server that read it reads its default now.',
    affected: 'People at servers that read it.',
  },
}

/** The words of one change. */
export function describeChange({ reason }: Change): Words {
  return WORDS[reason]
}

/** A change as one line for a terminal. */
export function changeLine(change: Change): string {
  const sign = change.before === undefined ? '+' : change.after === undefined ? '-' : '~'
  const place = change.path === '' ? 'document' : change.path
  return `${sign} ${place}: ${KIND_WORDS[change.kind]}. ${describeChange(change).why}`
}

/** A pull request's comment: what every changed document does to whom. Markdown. */
export function changesMarkdown(
  documents: readonly { readonly clientId: string; readonly changes: readonly Change[] }[],
): string {
  const changed = documents.filter(({ changes }) => changes.length > 0)
  if (changed.length === 0) return 'The published client identity does not change.\n'
  const sections = changed.map(({ clientId, changes }) =>
    [
      `### \`${clientId}\``,
      '',
      '| What | Meaning | Why | Who is affected |',
      '| --- | --- | --- | --- |',
      ...changes.map((change) => {
        const { why, affected } = describeChange(change)
        const what = change.path === '' ? 'document' : `\`${cell(change.path)}\``
        return `| ${what} | **${KIND_WORDS[change.kind]}** | ${why} | ${affected} |`
      }),
    ].join('\n'),
  )
  return `## The published client identity changes\n\n${sections.join('\n\n')}\n`
}

/** A member's name comes from a file: no table cell, code span or line ends because of it. */
function cell(text: string): string {
  return text.replaceAll(/[`|\r\n]/g, ' ')
}
