import { Feed } from 'feed'
import { CLIENT_NAME, ORIGINS, type Environment } from '../client-metadata/clients.ts'
import { describeChange, KIND_WORDS } from '../client-metadata/diff-words.ts'
import type { HistoryEntry } from './history.ts'
import { htmlText } from './html-text.ts'

/** Newest versions in the feed; readers keep what they have seen. */
const MAX_FEED_ENTRIES = 50

/** The versions as Atom (RFC 4287). The same versions give the same bytes: no date of the build is in it. */
export function renderFeed(environment: Environment, history: readonly HistoryEntry[]): string {
  const origin = ORIGINS[environment]
  const newest = history.slice(0, MAX_FEED_ENTRIES)
  const feed = new Feed({
    id: `${origin}/versions`,
    title: `${CLIENT_NAME}: client identity versions`,
    link: `${origin}/versions`,
    feedLinks: { atom: `${origin}/versions.atom` },
    author: { name: CLIENT_NAME },
    copyright: '',
    updated: new Date(newest[0]?.version.recordedAt ?? 0),
    generator: 'Signet',
  })
  for (const { version, changes, clientId } of newest) {
    feed.addItem({
      id: `${origin}/versions/${version.id}`,
      title: htmlText(`${clientId}: version ${version.id.slice(0, 12)}`),
      link: `${origin}/versions/${version.id}`,
      date: new Date(version.recordedAt),
      description: changes
        .map((change) => {
          const { why, affected } = describeChange(change)
          const what = change.path === '' ? 'document' : change.path
          return htmlText(`${what}: ${KIND_WORDS[change.kind]}. ${why} Affected: ${affected}`)
        })
        .join('<br>'),
    })
  }
  return feed.atom1()
}
