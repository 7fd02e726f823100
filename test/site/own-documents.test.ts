import { deepEqual, equal, ok } from 'node:assert/strict'
import { ORIGINS, type Environment } from '../../site/src/client-metadata/clients.ts'
import {
  documentFindings,
  evaluateOwn,
  ownDocuments,
} from '../../site/src/publish/own-documents.ts'

describe('Our own documents, before they go out (issue E.2)', () => {
  for (const environment of Object.keys(ORIGINS) as Environment[]) {
    it(`hold nothing that a server must refuse in ${environment}`, () => {
      const documents = ownDocuments(environment)
      ok(documents.length > 0)
      deepEqual(documentFindings(documents), [])
    })
  }

  for (const change of [
    { client_secret: 'x' },
    { redirect_uris: [] },
    { client_id: 'http://signet.example/oauth/client.json' },
  ]) {
    it(`stop the build with ${Object.keys(change).join()} changed, and say where (B2.6, B2.7, B1.1)`, () => {
      const [document] = ownDocuments('production')
      ok(document !== undefined)
      const body = JSON.stringify({ ...(JSON.parse(document.body) as object), ...change })
      const findings = documentFindings([
        { ...document, body, evaluation: evaluateOwn('production', body) },
      ])
      ok(findings.length > 0)
      for (const finding of findings) {
        equal(finding.severity, 'error')
        ok(finding.id.startsWith('document/'))
        ok(finding.message.startsWith(document.path))
      }
    })
  }
})
