import type { Fault } from './cases.ts'
import { ELSEWHERE } from './faults-elsewhere.ts'
import { OF_DOCUMENT } from './faults-of-document.ts'
import { OF_DELIVERY } from './faults-of-delivery.ts'
import { AROUND } from './faults-around.ts'

/** Each is a real outage of a published identity, or a fault of the list of checks. */
export const FAULTS: readonly Fault[] = [...ELSEWHERE, ...OF_DOCUMENT, ...OF_DELIVERY, ...AROUND]
