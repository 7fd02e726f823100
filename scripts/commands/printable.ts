/**
 * A value of a peer as one line that a terminal shows and does not obey: JSON, with the control and direction
 * characters escaped that JSON lets through. Pure.
 */
export function printable(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
