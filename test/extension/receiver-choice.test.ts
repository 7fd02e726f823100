import { deepEqual } from 'node:assert/strict'
import { chooseReceivers, type HostFacts } from '../../extension/src/receiver-choice.ts'

const desktop: HostFacts = {
  web: false,
  local: true,
  loopbackPage: false,
  bounceTarget: true,
  reservedOrigin: false,
  editorUriListed: false,
  setting: 'auto',
}
const web: HostFacts = { ...desktop, web: true, local: false }

const table: [string, HostFacts, string[]][] = [
  ['desktop', desktop, ['loopback', 'bounce']],
  ['a fork whose scheme is not listed', { ...desktop, bounceTarget: false }, ['loopback']],
  ['a window on a remote host', { ...desktop, local: false }, ['bounce']],
  ['an editor in a browser', web, ['bounce']],
  [
    'an editor in a browser on this machine',
    { ...web, loopbackPage: true },
    ['bounce', 'loopback'],
  ],
  [
    'an editor in a browser while nobody can reach the published page',
    { ...web, loopbackPage: true, reservedOrigin: true },
    ['loopback', 'bounce'],
  ],
  ['the setting loopback', { ...web, setting: 'loopback' }, ['loopback']],
  ['the setting bounce', { ...desktop, setting: 'bounce' }, ['bounce']],
  [
    'the setting direct',
    { ...desktop, setting: 'direct', editorUriListed: true },
    ['direct', 'loopback', 'bounce'],
  ],
  [
    'the setting direct on a remote host',
    { ...desktop, local: false, setting: 'direct', editorUriListed: true },
    ['direct', 'bounce'],
  ],
  [
    'the setting direct in an editor whose URI is not listed',
    { ...desktop, setting: 'direct' },
    ['loopback', 'bounce'],
  ],
  [
    'the setting direct in a browser',
    { ...web, setting: 'direct', editorUriListed: true },
    ['bounce'],
  ],
  [
    'an editor whose URI is listed, without the setting',
    { ...desktop, editorUriListed: true },
    ['loopback', 'bounce'],
  ],
  ['an editor whose page is not listed', { ...web, bounceTarget: false }, []],
  [
    'a remote host and a fork that is not listed',
    { ...desktop, local: false, bounceTarget: false },
    [],
  ],
  [
    'the setting bounce where the page does not know this editor',
    { ...desktop, bounceTarget: false, setting: 'bounce' },
    [],
  ],
]

describe('Which way a redirect comes back (A8.53, A8.56, A8.57)', () => {
  for (const [name, facts, expected] of table) {
    it(`${name}: ${[...expected, 'paste'].join(', then ')}`, () =>
      deepEqual(chooseReceivers(facts), [...expected, 'paste']))
  }
})
