import { InvalidArgumentError } from 'commander'

/** An option's value in whole seconds, from 1. */
export function parseSeconds(value: string): number {
  const seconds = Number(value)
  if (!Number.isInteger(seconds) || seconds < 1) throw new InvalidArgumentError('whole seconds')
  return seconds
}
