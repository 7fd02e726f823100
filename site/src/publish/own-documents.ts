import { CLIENTS, type Environment } from '../client-metadata/clients.ts'
import { documentOf, documentPath } from '../client-metadata/document.ts'
import { evaluate, type Evaluation } from '../client-metadata/evaluate.ts'
import { PROFILE_IDS } from '../client-metadata/profiles.ts'
import { renderDocument } from '../client-metadata/render.ts'
import type { BuildFinding } from './build-finding.ts'

/** One of our own documents as every server here would judge it. */
export interface OwnDocument {
  readonly key: string
  /** Absolute path on the origin. */
  readonly path: string
  readonly body: string
  readonly evaluation: Evaluation
}

/** The documents clients.ts describes, published or not, evaluated from their bytes. */
export function ownDocuments(environment: Environment): readonly OwnDocument[] {
  return CLIENTS[environment].map((client) => {
    const body = renderDocument(documentOf(environment, client))
    return {
      key: client.key,
      path: documentPath(client),
      body,
      evaluation: evaluateOwn(environment, body),
    }
  })
}

/** As a server would judge these bytes at the address they name. */
export function evaluateOwn(environment: Environment, body: string): Evaluation {
  return evaluate({
    clientId: undefined,
    body: new TextEncoder().encode(body),
    response: undefined,
    fetchFindings: [],
    keySet: undefined,
    profiles: PROFILE_IDS,
    allowLoopback: environment === 'local',
  })
}

/** What every authorization server must refuse does not go out. */
export function documentFindings(documents: readonly OwnDocument[]): readonly BuildFinding[] {
  return documents.flatMap(({ path, evaluation }) =>
    evaluation.findings
      .filter(({ severity }) => severity === 'error')
      .map(({ id, message, fix, at }) => ({
        id: `document/${id}`,
        severity: 'error' as const,
        message: `${path}: ${message} (${at.join(', ')})`,
        fix,
      })),
  )
}
