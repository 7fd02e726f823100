import type { UntypedDocument } from '../members.ts'

/** A document and the URL it was asked for by. */
export interface DocumentSubject {
  readonly clientId: string
  readonly document: UntypedDocument
}
