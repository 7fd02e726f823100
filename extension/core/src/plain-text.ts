/**
 * Text of a peer, fit to stand in a sentence of ours: no control characters and no direction marks, which could
 * make it look like something else, and none of the signs that editors read as a link or an icon. Pure.
 */
export function plainText(text: string): string {
  return text
    .replaceAll(/[[\]]/g, '')
    .replaceAll(/\$+\(/g, '(')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
}
