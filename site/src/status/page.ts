// The one thing a page that was built earlier cannot know: what time it is now. Without this script the page
// says until when it holds, in words.
const state = document.querySelector<HTMLElement>('[data-valid-until]')

function expire(): void {
  const { validUntil, goneWord, goneSentence } = state?.dataset ?? {}
  if (state === null || validUntil === undefined || Date.now() < Date.parse(validUntil)) return
  state.className = 'state unknown'
  const word = state.querySelector('[data-word]')
  const sentence = state.querySelector('[data-sentence]')
  if (word !== null) word.textContent = goneWord ?? ''
  if (sentence !== null) sentence.textContent = goneSentence ?? ''
  // What each address was is no more known than all of them together.
  for (const mark of document.querySelectorAll('[data-mark]')) {
    mark.className = 'mark unknown'
    mark.textContent = goneWord ?? ''
  }
  document.querySelector('[data-count]')?.remove()
}

expire()
setInterval(expire, 30_000)
