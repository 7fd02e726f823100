import { spawn } from 'node:child_process'
import type { OpenBrowser } from '../ports.ts'

/**
 * Opens the system browser without a shell (MCP security best practices: a URL is never part of a command
 * line that something parses). Anything but http(s) is refused.
 */
export const openSystemBrowser: OpenBrowser = async (url) => {
  const { protocol, href } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') return false
  const [command, ...args] = opener()
  return await new Promise((resolve) => {
    const child = spawn(command, [...args, href], { stdio: 'ignore', detached: true })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}

function opener(): [string, ...string[]] {
  if (process.platform === 'darwin') return ['open']
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  return ['xdg-open']
}
