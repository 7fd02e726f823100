/** A link in a notification's text that runs a command for one wait. */
export function waitLink(command: string, waitId: string): string {
  return `command:${command}?${encodeURIComponent(JSON.stringify([waitId]))}`
}
