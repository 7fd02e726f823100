import { when, type Rule } from '../finding.ts'
import { PORTABLE_CLIENT_ID_BYTES } from '../limits.ts'
import { parseUrl } from '../parse-url.ts'
import { hostProblem } from '../public-host.ts'

const AT = 'client_id'
const DOT_SEGMENT = /^(?:\.|%2e){1,2}$/i
const UNRESERVED = /%(?:2d|2e|5f|7e|3\d|[46][1-9a-f]|[57][\da])/i

/** The parts of a URL as written, before any parser tidies them up. */
function rawParts(clientId: string) {
  const [, authority = '', rest = ''] = /^https:\/\/([^/?#]*)(.*)$/is.exec(clientId) ?? []
  return { authority, path: /^[^?#]*/.exec(rest)?.[0] ?? '', rest }
}

function parsedHost(clientId: string): string | undefined {
  return parseUrl(clientId)?.hostname
}

/**
 * Steps 1 and 4, of the client_id alone: the string is looked at before any parser, because parsers
 * remove what makes two servers disagree.
 */
export const URL_RULES: readonly Rule<string>[] = [
  {
    id: 'url-not-https',
    severity: 'error',
    step: 1,
    section: 'CIMD 3',
    message: 'The client_id is not an absolute https URL.',
    fix: 'Serve the document over https and use that URL.',
    check: (id) => when(!/^https:\/\/[^/?#]/i.test(id), AT),
  },
  {
    id: 'url-characters',
    severity: 'error',
    step: 1,
    section: 'RFC 3986 2',
    message: 'The client_id holds a space, a control character or a backslash.',
    fix: 'Use a URL without such characters.',

    check: (id) => when(/[\u0000-\u0020\u007f-\u009f\\]/.test(id), AT),
  },
  {
    id: 'url-unparsable',
    severity: 'error',
    step: 1,
    section: 'CIMD 3',
    message: 'The client_id is not a URL.',
    fix: 'Correct the host or the port.',
    check: (id) => when(/^https:\/\/[^/?#]/i.test(id) && parseUrl(id) === null, AT),
  },
  {
    id: 'url-no-path',
    severity: 'error',
    step: 1,
    section: 'CIMD 3',
    message: 'The client_id has no path.',
    fix: 'Serve the document at a path, such as /oauth/client.json.',
    check: (id) => when(/^https:\/\/[^/?#]/i.test(id) && rawParts(id).path === '', AT),
  },
  {
    id: 'url-fragment',
    severity: 'error',
    step: 1,
    section: 'CIMD 3',
    message: 'The client_id has a fragment.',
    fix: 'Remove everything from # on.',
    check: (id) => when(id.includes('#'), AT),
  },
  {
    id: 'url-userinfo',
    severity: 'error',
    step: 1,
    section: 'CIMD 3',
    message: 'The client_id holds a user name or password.',
    fix: 'Remove everything before @.',
    check: (id) => when(rawParts(id).authority.includes('@'), AT),
  },
  {
    id: 'url-dot-segments',
    severity: 'error',
    step: 1,
    section: 'CIMD 3',
    message: 'The path has a "." or ".." segment, written plainly or encoded.',
    fix: 'Use the path without them.',
    check: (id) =>
      when(
        rawParts(id)
          .path.split('/')
          .some((segment) => DOT_SEGMENT.test(segment)),
        AT,
      ),
  },
  {
    id: 'url-percent-encoding',
    severity: 'error',
    step: 1,
    section: 'RFC 3986 2.1',
    message: 'A % is not followed by two hexadecimal digits.',
    fix: 'Encode it as %25, or better, do without.',
    check: (id) => when(/%(?![\da-f]{2})/i.test(id), AT),
  },
  {
    id: 'url-query',
    severity: 'warning',
    step: 1,
    section: 'CIMD 3',
    message: 'The client_id has a query; Keycloak and Auth0 refuse that.',
    fix: 'Move what it says into the path.',
    check: (id) => when(id.includes('?'), AT),
  },
  {
    id: 'url-root-path',
    severity: 'warning',
    step: 1,
    section: 'CIMD 3',
    message: 'The path is only "/"; Auth0 and FastMCP refuse that.',
    fix: 'Serve the document at a path of its own.',
    check: (id) => when(rawParts(id).path === '/', AT),
  },
  {
    id: 'url-too-long',
    severity: 'warning',
    step: 1,
    section: 'CIMD 3',
    message: `The client_id is longer than ${PORTABLE_CLIENT_ID_BYTES} bytes; Auth0 refuses that.`,
    fix: 'Use a shorter URL. People see it on consent pages, too.',
    check: (id) => when(new TextEncoder().encode(id).length > PORTABLE_CLIENT_ID_BYTES, AT),
  },
  {
    id: 'url-not-ascii',
    severity: 'warning',
    step: 1,
    section: 'RFC 6749 A.1',
    message: 'The client_id has characters beyond ASCII; oidc-provider refuses those.',
    fix: 'Use plain ASCII letters, digits, hyphens, dots and slashes.',

    check: (id) => when(/[^\u0000-\u007f]/.test(id), AT),
  },
  {
    id: 'url-not-canonical',
    severity: 'warning',
    step: 1,
    section: 'RFC 3986 6.2.1',
    message: 'A URL parser changes the client_id, and servers compare it as a string.',
    fix: 'Write scheme and host in lower case, without :443.',
    check: (id) => {
      const url = parseUrl(id)
      // Another finding says it better when the path is missing or holds dot segments.
      const { path } = rawParts(id)
      const tidied = path === '' || path.split('/').some((segment) => DOT_SEGMENT.test(segment))

      const strange = /[^\u0021-\u007e]|\\/.test(id)
      return when(url !== null && !tidied && !strange && url.href !== id, AT)
    },
  },
  {
    id: 'url-encoded-unreserved',
    severity: 'warning',
    step: 1,
    section: 'RFC 3986 6.2.2.2',
    message: 'A letter, digit, hyphen, dot, underscore or tilde is percent-encoded.',
    fix: 'Write the character itself: both forms name the same file and are different clients.',
    check: (id) => when(UNRESERVED.test(rawParts(id).path), AT),
  },
  {
    id: 'url-port',
    severity: 'info',
    step: 1,
    section: 'CIMD 3',
    message: 'The client_id names a port.',
    fix: 'Serve on 443 and leave the port out.',
    check: (id) => when(/:\d+$/.test(rawParts(id).authority), AT),
  },
  {
    id: 'url-no-json-suffix',
    severity: 'info',
    step: 7,
    section: 'CIMD 5',
    message: 'The path does not end in .json; static hosts then choose another content type.',
    fix: 'End it in .json, before anybody uses it.',
    check: (id) => when(!rawParts(id).path.endsWith('.json'), AT),
  },
  {
    id: 'url-github-io',
    severity: 'info',
    step: 6,
    section: 'CIMD 5',
    message: 'On github.io a custom domain turns this URL into a redirect, which servers refuse.',
    fix: 'Use a domain of your own that you keep for years.',
    check: (id) => when(parsedHost(id)?.endsWith('.github.io') === true, AT),
  },
  {
    id: 'url-private-host',
    severity: 'error',
    step: 4,
    section: 'CIMD 8.6',
    message: 'The host is a private, loopback or otherwise special address or name.',
    fix: 'Serve the document on a public host.',
    check: (id) => {
      const host = parsedHost(id)
      const problem = host === undefined ? undefined : hostProblem(host)
      return when(problem === 'special-use-address' || problem === 'local-name', AT)
    },
  },
  {
    id: 'url-reserved-name',
    severity: 'warning',
    step: 4,
    section: 'RFC 2606',
    message: 'The host is a reserved name that nobody can publish at.',
    fix: 'Put your own origin into clients.ts.',
    check: (id) => {
      const host = parsedHost(id)
      return when(host !== undefined && hostProblem(host) === 'reserved-name', AT)
    },
  },
]
