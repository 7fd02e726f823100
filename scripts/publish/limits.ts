/** Limits of what the publishing commands read and wait for, each with its unit in its name. */
export const LIMITS = {
  /** Longer than any server waits for a document (10 s at most), so that a slow answer is seen as one. */
  fetchMs: 15_000,
  /** Far above the 5 KB that servers read: enough to show what is there instead. */
  servedBytes: 64 * 1024,
  /** A private RSA key of 4096 bits, encrypted to ten people with post-quantum keys, has 25 KB. */
  privateFileBytes: 64 * 1024,
  /** Between two looks at what is served. Caches at the edge turn over within their max-age of minutes. */
  pollIntervalMs: 10_000,
  /** How long a deployment may take to be seen everywhere: deploy time plus one max-age. */
  pollMs: 15 * 60_000,
} as const
