import { equal } from 'node:assert/strict'
import { BlockList } from 'node:net'
import fc from 'fast-check'
import {
  addressReach,
  hostReach,
  mayName,
  type Reach,
} from '../../extension/core/src/host-reach.ts'

const reachOf = (host: string) => hostReach(new URL(`https://${host}/`).hostname)

/** Ranges of the special registries (C2), as Node.js's own prefix matching holds them. */
const SPECIAL_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['255.255.255.255', 32],
]
const SPECIAL_IPV6: readonly (readonly [string, number])[] = [
  ['::', 128],
  ['::1', 128],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
]
// Two lists: in one, the range of mapped addresses would hold every IPv4 address.
const specialIpv4 = new BlockList()
for (const [base, length] of SPECIAL_IPV4) specialIpv4.addSubnet(base, length, 'ipv4')
const specialIpv6 = new BlockList()
for (const [base, length] of SPECIAL_IPV6) specialIpv6.addSubnet(base, length, 'ipv6')

const dotted = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.')
const number = (address: string) =>
  address.split('.').reduce((value, part) => value * 256 + Number(part), 0)

/** Everywhere, and the addresses on both sides of each border. */
const ipv4 = fc.oneof(
  fc.nat(0xffff_ffff),
  fc
    .tuple(fc.constantFrom(...SPECIAL_IPV4), fc.boolean(), fc.constantFrom(-1, 0, 1))
    .map(([[base, length], end, by]) => number(base) + (end ? 2 ** (32 - length) - 1 : 0) + by)
    .filter((value) => value >= 0 && value <= 0xffff_ffff),
)

describe('The reach of a host (D5, C2)', () => {
  it('of an IPv4 literal is public exactly outside the special registries', () => {
    fc.assert(
      fc.property(ipv4, (value) => {
        const address = dotted(value)
        equal(reachOf(address) === 'public', !specialIpv4.check(address, 'ipv4'), address)
        equal(reachOf(String(value)), reachOf(address), 'one number is the same address')
        equal(addressReach(address), reachOf(address))
      }),
      { numRuns: 1_000 },
    )
  })

  it('of an IPv6 literal is never public inside the special registries', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        if (specialIpv6.check(address, 'ipv6'))
          equal(reachOf(`[${address}]`) === 'public', false, address)
        const first = Number.parseInt(new URL(`http://[${address}]`).hostname.slice(1), 16)
        if (!(first >= 0x2000 && first < 0x4000))
          equal(reachOf(`[${address}]`) === 'public', false, address)
      }),
      { numRuns: 1_000 },
    )
  })

  const hosts: Record<Reach, readonly string[]> = {
    public: [
      '8.8.8.8',
      '1.1.1.1',
      '172.32.0.1',
      '100.128.0.1',
      '[2606:4700::1111]',
      '[2001:200::1]',
      'a.test',
      'localhost.test',
      '10.0.0.1.test',
    ],
    private: [
      '10.0.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '100.64.0.1',
      '198.19.0.1',
      '[fc00::1]',
      '[fdff::1]',
      'printer.local',
      'a.internal',
      'nas',
      'box.lan',
      'x.home.arpa',
      'nas.',
    ],
    loopback: [
      '127.0.0.1',
      '127.255.255.254',
      '2130706433',
      '0x7f.1',
      '127.1',
      '0177.0.0.1',
      '[::1]',
      '[0:0:0:0:0:0:0:1]',
      'localhost',
      'LOCALHOST',
      'foo.localhost',
      'localhost.',
      '127.0.0.1.',
      '127。0。0。1',
    ],
    none: [
      '0.0.0.0',
      '0.1.2.3',
      '169.254.169.254',
      '192.0.0.1',
      '192.0.2.1',
      '192.88.99.1',
      '198.51.100.1',
      '203.0.113.1',
      '224.0.0.1',
      '240.0.0.1',
      '255.255.255.255',
      '[::]',
      '[::2]',
      '[::ffff:7f00:1]',
      '[::ffff:8.8.8.8]',
      '[64:ff9b::808:808]',
      '[100::1]',
      '[2001::1]',
      '[2001:1ff::1]',
      '[2001:db8::1]',
      '[2002:7f00:1::1]',
      '[3fff::1]',
      '[fe80::1]',
      '[fec0::1]',
      '[ff02::1]',
      '[4000::1]',
    ],
  }
  for (const [reach, list] of Object.entries(hosts)) {
    for (const host of list) it(`of ${host} is ${reach}`, () => equal(reachOf(host), reach))
  }

  const resolved: [string, Reach][] = [
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:10.0.0.1', 'private'],
    ['::ffff:8.8.8.8', 'public'],
    ['64:ff9b::8.8.8.8', 'public'],
    ['64:ff9b::a9fe:a9fe', 'none'],
    ['fe80::1%eth0', 'none'],
    ['2606:4700::1111', 'public'],
    ['', 'none'],
    ['not an address', 'none'],
    ['a.test', 'none'],
    ['8.8.8.8/x', 'none'],
  ]
  for (const [address, reach] of resolved) {
    it(`of the resolved address "${address}" is ${reach}`, () =>
      equal(addressReach(address), reach))
  }

  it('grows outwards only: nobody is sent further in than they are', () => {
    const allowed = (['public', 'private', 'loopback', 'none'] as const).map((server) =>
      (['public', 'private', 'loopback', 'none'] as const)
        .filter((named) => mayName(server, named))
        .join(' '),
    )
    equal(allowed.join('; '), 'public; public private; public private loopback; public')
  })
})
