import { evaluate, type Evaluation } from '../client-metadata/evaluate.ts'
import type { Finding } from '../client-metadata/finding.ts'
import { PROFILE_IDS, PROFILES } from '../client-metadata/profiles.ts'
import { profileWords, VERDICT_WORDS } from './words.ts'

/**
 * The check page's script: evaluates what is pasted, here in the browser, with the code that lints
 * documents elsewhere. Nothing is sent anywhere. What a document says reaches the page as text only.
 */
function run(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-check]')
  const result = document.querySelector<HTMLElement>('[data-result]')
  if (form === null || result === null) return
  const value = (name: string) =>
    form.querySelector<HTMLInputElement | HTMLTextAreaElement>(`[name=${name}]`)?.value ?? ''
  const show = () => {
    const url = value('url').trim()
    const evaluation = evaluate({
      clientId: url === '' ? undefined : url,
      body: new TextEncoder().encode(value('document')),
      response: undefined,
      fetchFindings: [],
      keySet: undefined,
      profiles: PROFILE_IDS,
      allowLoopback: false,
    })
    result.replaceChildren(verdict(evaluation), findings(evaluation), servers(evaluation))
    result.hidden = false
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    show()
  })
  form.addEventListener('input', show)
  form.hidden = false
  show()
}

function element(
  name: string,
  className: string,
  ...content: readonly (string | Node)[]
): HTMLElement {
  const made = document.createElement(name)
  if (className !== '') made.className = className
  made.append(...content)
  return made
}

/** What weighs most comes first. */
const SEVERITIES: readonly (readonly [Finding['severity'], string])[] = [
  ['error', 'error'],
  ['warning', 'warning'],
  ['info', 'note'],
]

function verdict({ verdict: word, findings: found, stoppedAt }: Evaluation): HTMLElement {
  const { title, meaning } = VERDICT_WORDS[word]
  const counts = SEVERITIES.map(([severity, noun]) => {
    const count = found.filter((finding) => finding.severity === severity).length
    return `${count} ${noun}${count === 1 ? '' : 's'}`
  }).join(', ')
  const stop = stoppedAt === undefined ? '' : ` A server stops at step ${stoppedAt} of 19.`
  return element(
    'div',
    `verdict ${word}`,
    element('h2', '', title),
    element('p', '', `${meaning}${stop} ${counts}.`),
  )
}

function findings({ findings: found }: Evaluation): HTMLElement {
  const ordered = SEVERITIES.flatMap(([severity]) =>
    found.filter((finding) => finding.severity === severity),
  )
  const items = ordered.map((finding) =>
    element(
      'li',
      finding.severity,
      element('p', 'what', element('b', 'severity', finding.severity), ` ${finding.message}`),
      element('p', 'fix', finding.fix),
      element(
        'p',
        'where',
        element('code', '', finding.at.join(', ')),
        ` · step ${finding.step} · ${finding.section} · ${finding.id}`,
      ),
    ),
  )
  return items.length === 0
    ? element('p', '', 'Nothing was found.')
    : element('ol', 'findings', ...items)
}

function servers({ profiles }: Evaluation): HTMLElement {
  const rows = PROFILES.flatMap((profile) => {
    const judged = profiles[profile.id]
    if (judged === undefined) return []
    const name = element('th', '', profile.name)
    name.setAttribute('scope', 'row')
    const cell = element('td', '', element('span', `mark ${judged.verdict}`, judged.verdict))
    return [element('tr', '', name, cell, element('td', '', profileWords(profile, judged)))]
  })
  const table = element('table', 'matrix stacks', element('tbody', '', ...rows))
  const heading = element('h2', '', 'Authorization servers')
  return element('div', '', heading, element('div', 'scroll', table))
}

run()
