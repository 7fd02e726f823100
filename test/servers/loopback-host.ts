/**
 * The loopback address for servers that VS Code's server build opens in a browser: it rewrites addresses on
 * 127.0.0.1, and leaves 127.0.0.2 alone, which only Linux answers on without setting up.
 */
export function loopbackHost(): string {
  return process.platform === 'linux' ? '127.0.0.2' : '127.0.0.1'
}
