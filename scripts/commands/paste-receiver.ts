import { createInterface } from 'node:readline'
import { SignInError, type OpenReceiver, type RedirectArrival } from '@signet/core'
import { publishedIdentity } from '@signet/site/client-metadata'

/**
 * For machines whose browser is elsewhere: the browser ends on an address that does not answer, and the
 * person pastes that address here. What is pasted is nobody's until its state is ours; a line that is
 * something else is answered, and the wait goes on. The end of the input ends the wait: `cancelled`.
 */
export const pasteReceiver: OpenReceiver = async () => {
  const { loopbackPorts, loopbackPath } = publishedIdentity('production')
  const redirectUri = `http://127.0.0.1:${String(loopbackPorts[0])}${loopbackPath}`
  const lines = createInterface({ input: process.stdin })
  return await Promise.resolve({
    kind: 'paste',
    redirectUri,
    encodeState: (nonce) => nonce,
    receive: async (state, signal) =>
      await new Promise<RedirectArrival>((resolve, reject) => {
        process.stderr.write('Paste the address your browser ended on:\n')
        const stop = () => reject(new SignInError('cancelled', {}))
        signal.addEventListener('abort', stop, { once: true })
        lines.once('close', stop)
        lines.on('line', (line) => {
          const pasted = readPasted(line, redirectUri, state)
          if (pasted instanceof URLSearchParams) resolve({ redirectUri, parameters: pasted })
          else process.stderr.write(`${pasted}\n`)
        })
      }),
    close: async () => {
      lines.close()
      await Promise.resolve()
    },
  })
}

/** The response in a pasted line, or what to say about it. Repeats nothing of the line: it may hold a code. */
function readPasted(line: string, redirectUri: string, state: string): URLSearchParams | string {
  const text = line.trim()
  if (!text.startsWith(`${redirectUri}?`))
    return `That is not it: the address begins with ${redirectUri}? and holds a state. Paste all of it:`
  const parameters = new URLSearchParams(text.slice(redirectUri.length + 1))
  return parameters.get('state') === state
    ? parameters
    : 'That address belongs to another sign-in. Paste the one this sign-in ended on:'
}
