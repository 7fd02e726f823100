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
  { href: '/status', text: 'Status' },
]

/** What is asked for by name. */
export const FOOT_PAGES: readonly NavigationLink[] = [
  { href: '/detection', text: 'Detection' },
  { href: '/security', text: 'Security' },
  { href: '/privacy', text: 'Privacy' },
  { href: '/terms', text: 'Terms' },
]
