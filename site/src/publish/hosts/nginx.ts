import { headersFor, PAGE_CACHE, type HeaderBlock } from '../headers.ts'

/**
 * An nginx file to `include` in a `server` block that has `listen`, `root` and the certificate.
 *
 * Each location repeats every field, because `add_header` in a location drops the inherited ones. Nothing
 * falls back to a page: what is not a file is 404, without a redirect. The 404 page is a location of its
 * own, so a missing file never gets the caching of a present one.
 */
export function nginxFile(blocks: readonly HeaderBlock[]): string {
  const location = (match: string, path: string, body: readonly string[]) => {
    const fields = headersFor(blocks, path)
    const type = fields.get('content-type')
    return [
      `location ${match} {`,
      ...body,
      ...(type === undefined ? [] : ['types { }', `default_type ${type};`]),
      ...[...fields]
        .filter(([name]) => name !== 'content-type')
        .map(([name, value]) => `add_header ${name} "${quoted(value)}" always;`),
      ...(fields.has('cache-control') ? [] : [`add_header cache-control "${PAGE_CACHE}" always;`]),
      '}',
    ]
  }
  const own = blocks.filter(({ path }) => path !== '/*')
  const lines = [
    '# Generated from site/src/publish/routes.ts; include it in a server block with listen and root.',
    ...SERVER,
    ...own.flatMap(({ path }) =>
      path.endsWith('/*')
        ? location(`^~ ${path.slice(0, -1)}`, path, ['try_files $uri =404;'])
        : location(`= ${path}`, path, ['try_files $uri $uri.html =404;']),
    ),
    ...location('= /', '/', ['try_files /index.html =404;']),
    ...location('/', '/', ['try_files $uri $uri.html =404;']),
    ...location('= /404.html', '/404.html', ['internal;']),
  ]
  return `${indent(lines).join('\n')}\n`
}

const SERVER = [
  'types {',
  'text/html html;',
  'text/css css;',
  'text/javascript js;',
  'text/plain txt;',
  'application/json json;',
  'image/png png;',
  'image/svg+xml svg;',
  '}',
  'default_type application/octet-stream;',
  'charset utf-8;',
  'charset_types text/css text/javascript text/plain;',
  'gzip on;',
  'gzip_vary on;',
  'gzip_types text/css text/javascript;',
  'server_tokens off;',
  'absolute_redirect off;',
  'error_page 404 /404.html;',
]

/** nginx expands `$` inside quotes; no field of ours needs it. Throws TypeError. */
function quoted(value: string): string {
  if (/["\\$\r\n]/.test(value)) throw new TypeError('a header value cannot be written for nginx')
  return value
}

function indent(lines: readonly string[]): readonly string[] {
  let inside = false
  return lines.map((line) => {
    if (line === '}') inside = false
    const text = inside ? `  ${line}` : line
    if (line.endsWith('{')) inside = true
    return text
  })
}
