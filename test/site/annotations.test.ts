import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { CLIENTS, ORIGINS, type Environment } from '../../site/src/client-metadata/clients.ts'
import { documentOf } from '../../site/src/client-metadata/document.ts'
import { renderDocument } from '../../site/src/client-metadata/render.ts'
import { annotatedMembers, differingMembers } from '../../site/src/document-page/members.ts'

const DOCUMENTS = (Object.keys(ORIGINS) as Environment[]).flatMap((environment) =>
  CLIENTS[environment].map((client) => ({
    name: `${environment}/${client.key}`,
    body: renderDocument(documentOf(environment, client)),
    bounceUri: `${ORIGINS[environment]}/callback`,
  })),
)
const members = (body: string) => Object.keys(JSON.parse(body) as object)

describe('The annotated document (issue E.8)', () => {
  for (const { name, body, bounceUri } of DOCUMENTS) {
    it(`explains every member and every value of ${name}, in its order`, () => {
      const annotated = annotatedMembers(body, bounceUri)
      deepEqual(
        annotated.map((member) => member.name),
        members(body),
      )
      for (const { annotation, notes } of annotated) {
        const { readBy, why, otherwise, section } = annotation
        for (const words of [readBy, why, otherwise, section]) ok(words.length > 3)
        equal(notes.length > 0, annotation.values !== undefined)
      }
    })

    it(`shows the bytes of ${name} and no others`, () => {
      const texts = annotatedMembers(body, bounceUri).map(({ text }) => text)
      equal(`{\n${texts.join('')}}\n`, body)
    })
  }

  it('fails for a member or a value that nobody has annotated', () => {
    const { body = '', bounceUri = '' } = DOCUMENTS[0] ?? {}
    const changed = (change: object) =>
      `${JSON.stringify({ ...(JSON.parse(body) as object), ...change }, undefined, 2)}\n`
    throws(() => annotatedMembers(changed({ scope: 'mcp' }), bounceUri), TypeError)
    throws(() => annotatedMembers(changed({ toString: 'x' }), bounceUri), TypeError)
    throws(() => annotatedMembers(changed({ grant_types: ['implicit'] }), bounceUri), TypeError)
  })

  it('names what another document has differently, and nothing else', () => {
    const body = (key: string) => DOCUMENTS.find(({ name }) => name === key)?.body ?? ''
    const differing = (key: string) =>
      differingMembers(body(key), body('production/client'), `${ORIGINS.production}/callback`)
    deepEqual(differing('production/client'), [])
    deepEqual(
      differing('production/editor').map(({ name }) => name),
      ['redirect_uris'],
    )
    ok(differing('production/agent').some(({ name }) => name === 'jwks_uri'))
  })
})
