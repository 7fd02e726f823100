/** Whether nobody can publish under a host name: reserved for documentation and tests (RFC 2606, RFC 6761). */
export function isReserved(hostname: string): boolean {
  return /(^|\.)(example|test|invalid|localhost)$|(^|\.)example\.(com|net|org)$/.test(hostname)
}
