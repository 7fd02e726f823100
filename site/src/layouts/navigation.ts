/** A page that every other one links to. */
export interface NavigationLink {
  readonly href: string
  readonly text: string
}

/** What servers and reviewers come for. */
export const MAIN_PAGES: readonly NavigationLink[] = [
  { href: '/document', text: 'Document' },
  { href: '/versions', text: 'Versions' },
  { href: '/keys', text: 'Keys' },
  { href: '/compat', text: 'Servers' },
  { href: '/check', text: 'Check' },
]

/** What is asked for by name. */
export const FOOT_PAGES: readonly NavigationLink[] = [
  { href: '/security', text: 'Security' },
  { href: '/privacy', text: 'Privacy' },
  { href: '/terms', text: 'Terms' },
]
