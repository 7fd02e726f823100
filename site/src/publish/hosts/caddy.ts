import { PAGE_CACHE, type HeaderBlock } from '../headers.ts'

/**
 * A Caddy file to `import` in a site block that has `root`.
 *
 * A block's fields go to files that exist, so a missing one never gets the caching of a present one.
 * Nothing falls back to a page and nothing is redirected to another spelling of its address; Caddy would
 * also serve a file under its address with a slash appended. Error pages start without any field.
 */
export function caddyFile(blocks: readonly HeaderBlock[]): string {
  const fieldsOf = (headers: HeaderBlock['headers']) =>
    headers.map(([name, value]) => `\t${name} "${quoted(value)}"`)
  const common = blocks.filter(({ path }) => path === '/*').flatMap(({ headers }) => headers)
  const own = blocks.filter(({ path }) => path !== '/*')
  const lines = [
    '# Generated from site/src/publish/routes.ts; import it in a site block with root.',
    'header {',
    ...fieldsOf(common),
    '\t-Server',
    '}',
    ...own.flatMap(({ path, headers }, index) => [
      `@signet${String(index)} {`,
      `\tpath ${path}`,
      '\tfile {path} {path}.html',
      '}',
      `header @signet${String(index)} {`,
      ...fieldsOf(headers),
      '}',
    ]),
    `header ?Cache-Control "${PAGE_CACHE}"`,
    'encode gzip {',
    '\tmatch {',
    '\t\theader Content-Type text/*',
    '\t}',
    '}',
    '@signetSlash path_regexp .+/$',
    '@signetFile {',
    '\tnot path_regexp .+/$',
    '\tfile {path} {path}.html',
    '}',
    'rewrite @signetFile {http.matchers.file.relative}',
    'error @signetSlash 404',
    'file_server {',
    '\tdisable_canonical_uris',
    '}',
    'handle_errors {',
    '\theader {',
    ...fieldsOf([...common, ['Cache-Control', PAGE_CACHE]]).map((line) => `\t${line}`),
    '\t\t-Server',
    '\t}',
    '\trewrite * /404.html',
    '\tfile_server',
    '}',
  ]
  return `${lines.join('\n')}\n`
}

/** Caddy expands `{…}` inside quotes; no field of ours needs it. Throws TypeError. */
function quoted(value: string): string {
  if (/["\\{}\r\n]/.test(value)) throw new TypeError('a header value cannot be written for Caddy')
  return value
}
