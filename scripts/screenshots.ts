/**
 * Pictures of every page of the portal, over a folder that `tik demo` filled: `npm run screenshots -- DATA TO`.
 * As a customer and as the clerk; at 1280 px light and 375 px dark.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Page as Tab } from 'playwright-core'
import { serveApi } from '../src/api/serve.ts'
import { linkFor } from '../src/app/access/people.ts'
import { operator } from '../src/app/caller.ts'
import { openDesk } from '../src/app/desk.ts'
import { SILENT } from '../src/app/talk.ts'
import { readConfig } from '../src/core/config/config.ts'
import { createLog } from '../src/core/watch/log.ts'
import { createMetrics } from '../src/core/watch/metrics.ts'
import type { PersonKey } from '../src/identity/person.ts'
import { mountPortal } from '../src/portal/mount-portal.ts'
import { CHROMIUM_OPTIONS } from '../test/chromium.ts'

const READERS: readonly (readonly [PersonKey, readonly string[]])[] = [
  [
    'user:sarah',
    [
      '/accounts/lindgroen?period=2026-10',
      '/accounts/lindgroen/usage?period=2026-10',
      '/accounts/lindgroen/usage/calls?period=2026-10&amount=>1',
      '/accounts/lindgroen/invoices',
      '/accounts/lindgroen/invoices/2026-00000001',
      '/accounts/lindgroen/mobile?period=2026-10',
      '/accounts/lindgroen/limits',
      '/accounts/lindgroen/warnings',
      '/me',
    ],
  ],
  ['staff:clerk', ['/today', '/customers', '/suspense', '/month?period=2026-10', '/jobs']],
]
const STATES = [
  { name: 'wide', width: 1280, colorScheme: 'light' },
  { name: 'phone', width: 375, colorScheme: 'dark' },
] as const

const [dataFolder = 'data', to = 'screenshots'] = process.argv.slice(2)
mkdirSync(to, { recursive: true })
const config = readConfig(dataFolder, process.env)
const caller = operator('screenshots')
await using desk = await openDesk(config, 'screenshots', { caller, use: 'read', talk: SILENT })
const parts = { stores: desk, log: createLog('error'), metrics: createMetrics() }
const door = { ...parts, isSecure: false, version: '0', pages: mountPortal }
await using open = await serveApi(door, { host: '127.0.0.1', port: 0 })
const url = `http://localhost:${open.port}`
const browser = await chromium.launch(CHROMIUM_OPTIONS)
const tab = await browser.newPage()
for (const [key, paths] of READERS) {
  await tab.context().clearCookies()
  await tab.goto(`${url}/sign-in#link=${await linkFor(desk, key, 'sign-in')}`)
  await tab.waitForURL((at) => at.pathname !== '/sign-in')
  for (const path of paths) await picturesOf(tab, path)
}
await browser.close()

async function picturesOf(page: Tab, path: string): Promise<void> {
  for (const { name, width, colorScheme } of STATES) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    await page.goto(url + path)
    const file = `${path.slice(1).replaceAll(/[^\w-]+/g, '-')}-${name}.png`
    await page.screenshot({ path: join(to, file) })
    console.log(join(to, file))
  }
}
