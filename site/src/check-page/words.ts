import type { Verdict } from '../client-metadata/evaluate.ts'
import type { Profile, ProfileVerdict } from '../client-metadata/profile.ts'

export const VERDICT_WORDS: Readonly<
  Record<Verdict, { readonly title: string; readonly meaning: string }>
> = {
  ok: { title: 'Fine', meaning: 'Every server known here accepts this document.' },
  degraded: { title: 'Works, with limits', meaning: 'Some servers refuse it, or take only part.' },
  bad: { title: 'Refused', meaning: 'An authorization server must refuse this document.' },
}

/** Why a server judges as it does, for people. */
export function profileWords(profile: Profile, judged: ProfileVerdict): string {
  if (judged.verdict === 'accepted') return ''
  if (judged.verdict === 'accepted-with-loss') {
    const listed = judged.lost.filter((member) => member.includes('[')).length
    const members = judged.lost.filter((member) => !member.includes('['))
    return `leaves out ${[...members, ...(listed > 0 ? [`${listed} redirect URIs`] : [])].join(', ')}`
  }
  const rule = profile.rules.find(({ id }) => id === judged.rule)
  const step = judged.step === null ? '' : ` (step ${judged.step})`
  return rule === undefined ? `cannot read it${step}` : `refuses ${rule.words}${step}`
}
