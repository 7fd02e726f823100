import { Feed } from 'feed'
import { CLIENT_NAME, ORIGINS, type Environment } from '../client-metadata/clients.ts'
import { htmlText } from '../publish/html-text.ts'
import type { Status } from './status.ts'
import { instantWords, placeWords } from './words.ts'

/** Incidents as Atom; an entry changes when its incident ends. */
export function renderStatusFeed(environment: Environment, { incidents }: Status): string {
  const origin = ORIGINS[environment]
  const newest = incidents.map(({ since, until }) => until ?? since).sort()
  const feed = new Feed({
    id: `${origin}/status`,
    title: `${CLIENT_NAME}: incidents of the client identity`,
    link: `${origin}/status`,
    feedLinks: { atom: `${origin}/status.atom` },
    author: { name: CLIENT_NAME },
    copyright: '',
    updated: new Date(newest.at(-1) ?? 0),
    generator: 'Signet',
  })
  for (const { id, path, since, until, causes } of incidents) {
    const end = until === null ? 'It goes on.' : `It ended at ${instantWords(until)}.`
    feed.addItem({
      id: `${origin}/status#${id}`,
      title: htmlText(`${placeWords(path)}: ${until === null ? 'failing' : 'well again'}`),
      link: `${origin}/status#${id}`,
      date: new Date(until ?? since),
      description: [
        `It began at ${instantWords(since)}. ${end}`,
        ...causes.map(({ message, fix }) => `${message} ${fix}`),
      ]
        .map(htmlText)
        .join('<br>'),
    })
  }
  return feed.atom1()
}
