/** An element of a parsed XML document, as far as RFC 4287 has rules for it. */
export interface XmlElement {
  readonly name: string
  readonly namespace: string | null
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** All text in it. */
  readonly text: string
}

const ATOM = 'http://www.w3.org/2005/Atom'
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/
/** How often a child may stand in its parent: `[least, most]` (sections 4.1.1 and 4.1.2). */
const FEED = {
  id: [1, 1],
  title: [1, 1],
  updated: [1, 1],
  generator: [0, 1],
  icon: [0, 1],
  logo: [0, 1],
  rights: [0, 1],
  subtitle: [0, 1],
} as const
const ENTRY = {
  id: [1, 1],
  title: [1, 1],
  updated: [1, 1],
  content: [0, 1],
  published: [0, 1],
  rights: [0, 1],
  source: [0, 1],
  summary: [0, 1],
} as const
const TEXTS = ['title', 'subtitle', 'summary', 'rights']

/** What in a feed breaks a MUST of RFC 4287 sections 2 to 4, each with its section; empty: nothing. */
export function atomFaults(feed: XmlElement): readonly string[] {
  if (feed.name !== 'feed' || feed.namespace !== ATOM) return ['2: the root is no atom:feed']
  const entries = all(feed, 'entry')
  const signed = all(feed, 'author').length > 0
  return [
    ...counted(feed, FEED, '4.1.1'),
    ...(signed || (entries.length > 0 && entries.every((entry) => all(entry, 'author').length > 0))
      ? []
      : ['4.1.1: nobody is the author']),
    ...alternates(feed, '4.1.1'),
    ...parts(feed),
    ...entries.flatMap((entry) => [
      ...counted(entry, ENTRY, '4.1.2'),
      ...(all(entry, 'content').length > 0 || links(entry, 'alternate').length > 0
        ? []
        : ['4.1.2: neither content nor an alternate link']),
      ...alternates(entry, '4.1.2'),
      ...parts(entry),
    ]),
    ...repeated(entries),
  ]
}

function all(parent: XmlElement, name: string): readonly XmlElement[] {
  return parent.children.filter((child) => child.name === name && child.namespace === ATOM)
}

function links(parent: XmlElement, rel: string): readonly XmlElement[] {
  // Without a rel it is an alternate (4.2.7.2).
  return all(parent, 'link').filter(({ attributes }) => (attributes.rel ?? 'alternate') === rel)
}

function counted(
  parent: XmlElement,
  rules: Readonly<Record<string, readonly [number, number]>>,
  section: string,
) {
  return Object.entries(rules).flatMap(([name, [least, most]]) => {
    const { length } = all(parent, name)
    return length < least || length > most ? [`${section}: ${String(length)} atom:${name}`] : []
  })
}

function alternates(parent: XmlElement, section: string): readonly string[] {
  const kinds = links(parent, 'alternate').map(
    ({ attributes }) => `${attributes.type ?? ''} ${attributes.hreflang ?? ''}`,
  )
  return new Set(kinds).size === kinds.length ? [] : [`${section}: two alternates of one kind`]
}

/** Rules of single elements, wherever they stand. */
function parts(parent: XmlElement): readonly string[] {
  return [
    ...TEXTS.flatMap((name) => all(parent, name)).flatMap((text) => [
      ...(['text', 'html', 'xhtml'].includes(text.attributes.type ?? 'text')
        ? []
        : ['3.1.1: a type of its own']),
      ...(text.attributes.type !== 'xhtml' && text.children.length > 0
        ? ['3.1.1: elements in a text']
        : []),
    ]),
    ...['author', 'contributor']
      .flatMap((name) => all(parent, name))
      .flatMap((person) => counted(person, { name: [1, 1], uri: [0, 1], email: [0, 1] }, '3.2')),
    ...['updated', 'published']
      .flatMap((name) => all(parent, name))
      .flatMap(({ text }) =>
        DATE.test(text) && !Number.isNaN(Date.parse(text)) ? [] : [`3.3: ${text} is no date`],
      ),
    ...all(parent, 'id').flatMap(({ text }) =>
      /^[a-z][a-z0-9+.-]*:\S+$/i.test(text) ? [] : [`4.2.6: ${text} is no absolute IRI`],
    ),
    ...all(parent, 'link').flatMap(({ attributes, text }) => [
      ...(attributes.href === undefined || !URL.canParse(attributes.href)
        ? ['4.2.7.1: a link leads nowhere']
        : []),
      ...(attributes.rel === '' ? ['4.2.7.2: an empty rel'] : []),
      ...(text.trim() === '' ? [] : ['4.2.7: content in a link']),
    ]),
  ]
}

/** The same entry twice has to differ in time, or readers drop one (4.1.1). */
function repeated(entries: readonly XmlElement[]): readonly string[] {
  const keys = entries.map(
    (entry) => `${all(entry, 'id')[0]?.text ?? ''} ${all(entry, 'updated')[0]?.text ?? ''}`,
  )
  return new Set(keys).size === keys.length ? [] : ['4.1.1: one entry twice']
}
