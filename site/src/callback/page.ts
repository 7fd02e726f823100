import { forward } from './forward.ts'

/**
 * The callback page's script: forwards once by itself, then offers a button, because some browsers open
 * another program only on a click. The query leaves the address bar and the history first.
 */
function run(): void {
  const { search, href, pathname } = window.location
  const decision = forward(search)
  if (search !== '') window.history.replaceState(undefined, '', pathname)
  if (decision.kind === 'problem') {
    show(decision.reason)
    return
  }
  show(decision.failed ? 'forward-error' : 'forward')
  for (const link of document.querySelectorAll('a[data-open]'))
    link.setAttribute('href', decision.address)
  const copy = document.querySelector('button[data-copy]')
  copy?.addEventListener('click', () => {
    void navigator.clipboard.writeText(href).then(() => {
      copy.textContent = copy.getAttribute('data-done')
    })
  })
  window.location.replace(decision.address)
}

function show(name: string): void {
  for (const section of document.querySelectorAll<HTMLElement>('section[data-view]')) {
    section.hidden = !(section.dataset.view ?? '').split(' ').includes(name)
  }
}

run()
