import { equal } from 'node:assert/strict'
import { hostProblem, isPublicAddress } from '../../site/src/client-metadata/public-host.ts'

describe('Which addresses are public (C2)', () => {
  const PRIVATE = [
    '0.0.0.1',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '192.0.0.1',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '::8.8.8.8',
    '64:ff9b::808:808',
    '100::1',
    '2001::1',
    '2001:1ff::1',
    '4000::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    'fc00::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    '3fff::1',
    '5f00::1',
    'not an address',
  ]
  for (const address of PRIVATE)
    it(`${address} is not`, () => equal(isPublicAddress(address), false))
  for (const address of ['8.8.8.8', '1.1.1.1', '2606:4700::1111'])
    it(`${address} is`, () => equal(isPublicAddress(address), true))

  it('a name is judged without looking it up', () => {
    equal(hostProblem('localhost.'), 'local-name')
    equal(hostProblem('printer'), 'local-name')
    equal(hostProblem('[::ffff:7f00:1]'), 'special-use-address')
    equal(hostProblem('www.example.com'), 'reserved-name')
    equal(hostProblem('client.acme-software.dev'), undefined)
  })
})
