import { lookup } from 'node:dns/promises'
import { connect as connectTcp, type Socket } from 'node:net'

/** What a fetch needs of a network; tests bring their own. */
export interface Network {
  /** All addresses of a host. Throws when it has none. */
  readonly resolve: (host: string) => Promise<readonly string[]>
  /** A plain connection to exactly this address. */
  readonly connect: (address: string, port: number) => Socket
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number
}

/** This machine's network. */
export const systemNetwork: Network = {
  resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  connect: (host, port) => connectTcp({ host, port }),
  now: () => performance.now(),
}
