/**
 * Pictures of every page of the portal, over a folder that `tik demo` filled: `npm run screenshots -- DATA TO`.
 * As a customer and as the clerk; at 1280 px light and 375 px dark.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type Page as Tab } from 'playwright-core'
import { bill, checkBilling } from '../src/api/jobs/bill.ts'
import { JOB_KINDS } from '../src/api/jobs/job-kinds.ts'
import { priceTrial } from '../src/api/jobs/price-trial.ts'
import { serveApi } from '../src/api/serve.ts'
import { linkFor } from '../src/app/access/people.ts'
import { operator } from '../src/app/caller.ts'
import { askJob, jobOf } from '../src/app/jobs/jobs-of.ts'
import { runJobs } from '../src/app/jobs/run-jobs.ts'
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
      '/accounts/lindgroen/invoices/2026-00000004',
      '/accounts/lindgroen/mobile?period=2026-10',
      '/accounts/lindgroen/limits',
      '/accounts/lindgroen/warnings',
      '/accounts/lindgroen/usage?period=2026-10&by=person&with=2026-09',
      '/accounts/lindgroen/invoices/2026-00000004/lines/1',
      '/accounts/lindgroen/mobile/lindgroen-sim-03?period=2026-10',
      '/accounts/lindgroen/sims',
      '/accounts/lindgroen/questions',
      '/accounts/lindgroen/company',
      '/me',
    ],
  ],
  [
    'staff:clerk',
    [
      '/today',
      '/customers?search=0610002301',
      '/accounts/noordzee/timeline',
      '/accounts/noordzee/acting',
      '/accounts/noordzee/invoices/2026-00000005/acts',
      '/suspense',
      '/month?period=2026-10',
      '/month?period=2026-11',
      '/finance?period=2026-10',
      '/finance?period=2026-10&by=call-type',
      '/finance/open?day=2026-11-30',
      '/finance/day?day=2026-10-31',
      '/finance/books?period=2026-11',
      '/finance/reconcile?period=2026-10',
      '/catalogue?account=noordzee&type=national-mobile&at=2026-10-15T12:00',
      '/catalogue/trial?period=2026-10',
      '/jobs',
      '/health',
    ],
  ],
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
await askJobs()
const browser = await chromium.launch(CHROMIUM_OPTIONS)
const tab = await browser.newPage()
for (const [key, paths] of READERS) {
  await tab.context().clearCookies()
  await tab.goto(`${url}/sign-in#link=${await linkFor(desk, key, 'sign-in')}`)
  await tab.waitForURL((at) => at.pathname !== '/sign-in')
  for (const path of paths) await picturesOf(tab, path)
}
await browser.close()

/** What a clerk would have asked for: the month that is running, checked and previewed, and a price tried. */
async function askJobs(): Promise<void> {
  await using _ = runJobs(desk, { kinds: JOB_KINDS, log: parts.log, lookMs: 100 })
  const trial = { period: '2026-10', rate: 'voip-national-mobile', percent: '10' }
  const asked = [
    await askJob(desk, checkBilling, { period: '2026-11' }),
    await askJob(desk, bill, { period: '2026-11', preview: true, accept: [] }),
    await askJob(desk, priceTrial, trial),
  ]
  for (const { jobId } of asked) {
    let { state } = await jobOf(desk, jobId)
    while (state === 'waiting' || state === 'running') {
      await sleep(200)
      state = (await jobOf(desk, jobId)).state
    }
  }
}

async function picturesOf(page: Tab, path: string): Promise<void> {
  for (const { name, width, colorScheme } of STATES) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    await page.goto(url + path)
    const file = `${path.slice(1).replaceAll(/[^\w-]+/g, '-')}-${name}.png`
    await page.screenshot({ path: join(to, file), fullPage: true })
    console.log(join(to, file))
  }
}
