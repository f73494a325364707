/** What pages are made of beside their text: served by ourselves, kept by browsers under a version. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Partner } from '../core/accounts/accounts.ts'

interface Asset {
  readonly type: string
  readonly body: Uint8Array<ArrayBuffer>
}

/** Latin letters; others fall back to the system's. */
const FONT_WEIGHTS = [400, 600] as const
const FONT_FOLDER = dirname(
  createRequire(import.meta.url).resolve('@fontsource/ibm-plex-sans/package.json'),
)

export const ASSETS: Readonly<Record<string, Asset>> = {
  'portal.css': { type: 'text/css; charset=utf-8', body: own('portal.css') },
  'portal.js': { type: 'text/javascript; charset=utf-8', body: own('portal.js') },
  ...Object.fromEntries(
    FONT_WEIGHTS.map((weight) => {
      const file = `ibm-plex-sans-latin-${weight}-normal.woff2`
      const body = new Uint8Array(readFileSync(join(FONT_FOLDER, 'files', file)))
      return [`plex-${weight}.woff2`, { type: 'font/woff2', body }]
    }),
  ),
}

export const ASSETS_VERSION = createHash('sha256')
  .update(Buffer.concat(Object.values(ASSETS).map(({ body }) => body)))
  .digest('hex')
  .slice(0, 12)

/** Colours of partners as rules: the policy of our pages takes no style from within a page. */
export function accentStyle(partners: readonly Partner[]): string {
  const colors = new Set(partners.flatMap(({ paper }) => paper?.color?.toLowerCase() ?? []))
  return [...colors].map((color) => `.accent-${color.slice(1)} { --partner: ${color}; }`).join('\n')
}

function own(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(import.meta.dirname, 'assets', name)))
}
