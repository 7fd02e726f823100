import { lookup } from 'node:dns/promises'
import { SignInError } from '../errors.ts'
import { addressReach, hostReach, mayName, type Reach } from '../host-reach.ts'

/** All addresses of a name; rejects when there are none. */
export type Resolve = (name: string) => Promise<readonly string[]>

/** This machine's resolver, hosts file included: what a direct connection would use. */
export const systemResolve: Resolve = async (name) =>
  (await lookup(name, { all: true })).map(({ address }) => address)

/**
 * Refuses a name that leads from an outside server to an address inside: every address has to be one that
 * the server may name. A server counts as inside when all of its own addresses are, so that a company's
 * server and its authorization server may both be at home. Literals were judged before they got here.
 *
 * A name that does not resolve passes: the request then fails by itself, or a proxy resolves it in its own
 * network. Throws `endpoint_insecure`, and the signal's reason while a resolver is silent.
 */
export async function checkName(
  resolve: Resolve,
  url: string,
  namedBy: string,
  signal: AbortSignal,
): Promise<void> {
  const { hostname } = new URL(url)
  if (hostname === namedBy || hostReach(namedBy) === 'loopback') return
  const reaches = await reachesOf(resolve, hostname, signal)
  if (reaches.every((reach) => reach === 'public')) return
  const server = innermost(await reachesOf(resolve, namedBy, signal))
  if (!reaches.every((reach) => mayName(server, reach)))
    throw new SignInError('endpoint_insecure', { endpoint: 'address', url })
}

async function reachesOf(
  resolve: Resolve,
  hostname: string,
  signal: AbortSignal,
): Promise<readonly Reach[]> {
  if (/^[\d.]+$|^\[/.test(hostname)) return [hostReach(hostname)]
  const addresses = await Promise.race([resolve(hostname).catch(() => []), aborted(signal)])
  return addresses.map(addressReach)
}

/** One reach for a server: with addresses of several kinds it is an outside one. */
function innermost(reaches: readonly Reach[]): Reach {
  const [first = 'public', ...others] = reaches
  return others.every((reach) => reach === first) ? first : 'public'
}

async function aborted(signal: AbortSignal): Promise<never> {
  return await new Promise((_resolve, reject) => {
    const stop = () => reject(signal.reason as Error)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
