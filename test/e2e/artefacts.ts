import { join } from 'node:path'
import { ROOT } from '../../scripts/run-tool.ts'

/** What `npm run build` made: the artefacts that are tested and shown. */
export const PRODUCT_VSIX = join(ROOT, 'extension', 'dist', 'signet-mcp.vsix')
export const BUNDLED_SITE = join(ROOT, 'site', 'dist')
