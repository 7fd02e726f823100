/** Seconds as people say them, in the largest unit that fits: 1 minute, 10 minutes, 2 days. */
export function spanWords(seconds: number): string {
  const [size, unit] = UNITS.find(([each]) => seconds >= each) ?? SECOND
  const count = Math.round(seconds / size)
  return `${String(count)} ${unit}${count === 1 ? '' : 's'}`
}

const SECOND = [1, 'second'] as const
const UNITS = [[86_400, 'day'], [3600, 'hour'], [60, 'minute'], SECOND] as const
