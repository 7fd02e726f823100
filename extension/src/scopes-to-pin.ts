/** The scopes a sign-in asks for whatever the server says: those of the settings, and those of its caller. */
export function scopesToPin(
  configured: readonly string[] | undefined,
  wanted: readonly string[] = [],
): readonly string[] | undefined {
  return wanted.length === 0 ? configured : [...new Set([...(configured ?? []), ...wanted])]
}
