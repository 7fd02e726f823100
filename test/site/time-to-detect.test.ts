import { deepEqual, ok } from 'node:assert/strict'
import {
  intervalsOf,
  PATIENT_MINUTES,
  STARTERS,
  timeToDetect,
} from '../../site/src/detection/time-to-detect.ts'

describe('Time from an outage to its alert (issue F, measured; site.md 2)', () => {
  it('of a process is one to two intervals, since two runs have to fail', () => {
    for (const interval of intervalsOf('process')) {
      const { half, most, worst, unknown } = timeToDetect('process', interval)
      ok(half >= interval && worst <= 2 * interval, String(interval))
      ok(half <= most && most <= worst)
      deepEqual(unknown, 0)
    }
  })

  it('is the same for the same seed, and of the same size for others', () => {
    const first = timeToDetect('schedule', 10)
    deepEqual(timeToDetect('schedule', 10), first)
    for (const seed of [1, 2, 3]) {
      const other = timeToDetect('schedule', 10, seed)
      ok(other.half !== first.half && Math.abs(other.half / first.half - 1) < 0.2, String(seed))
    }
  })

  it('depends on GitHub’s delays and drops more than on how often it is asked', () => {
    const [five, ten, thirty] = [5, 10, 30].map((each) => timeToDetect('schedule', each))
    ok(five!.half > 30 && ten!.half < 1.25 * five!.half && thirty!.half < 1.4 * five!.half)
  })

  it('is a process’s again with an outside pinger', () => {
    const pinged = timeToDetect('schedule and pinger', 10)
    ok(pinged.worst < 2 * 10 + 5)
  })

  it('is why a page expects a scheduled run every half hour: it says that it does not know when nobody looks', () => {
    const { unknown, unknownPatient } = timeToDetect('schedule', 10)
    ok(unknown > 0.2 && unknownPatient < 0.01, `${unknown} ${unknownPatient}`)
    for (const starter of STARTERS)
      ok(timeToDetect(starter, PATIENT_MINUTES).unknownPatient < 0.01, starter)
  })
})
