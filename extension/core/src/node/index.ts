/** The core's Node.js side: what the terminal and the editor's extension host have in common. */
export { fileLock } from './file-lock.ts'
export { fileSecrets } from './file-secrets.ts'
export { closeServer, listenOnLoopback } from './loopback-server.ts'
export { loopbackReceiver, type LoopbackOptions } from './loopback-receiver.ts'
export { openSystemBrowser } from './open-browser.ts'
export { randomToken } from './random-token.ts'
export { systemClock } from './system-clock.ts'
export { createSystemFetch, systemFetch } from './system-fetch.ts'
