/** What the provider's people come to do, from end to end in a real browser: bill a month, look at revenue, help a caller. */
import { readFileSync, writeFileSync } from 'node:fs'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { JOB_KINDS } from '../src/api/jobs/job-kinds.ts'
import { serveApi, type OpenDoor } from '../src/api/serve.ts'
import { linkFor, putStaff } from '../src/app/access/people.ts'
import { invoicesOf } from '../src/app/billing/invoice-archive.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { runJobs, type JobRunner } from '../src/app/jobs/run-jobs.ts'
import { answerBlock, blockRequestsOf } from '../src/app/limits/sim-blocks.ts'
import { readQuestion } from '../src/app/usage/read-question.ts'
import { totalsOf } from '../src/app/usage/usage-reports.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import type { PersonKey } from '../src/identity/person.ts'
import type { Role } from '../src/identity/rights.ts'
import { mountPortal } from '../src/portal/mount-portal.ts'
import { CHROMIUM_OPTIONS, CHROMIUM_PATH } from './chromium.ts'
import { asteriskLine } from './small-company.ts'
import { openSmallDoor, type SmallDoor } from './small-door.ts'

/** A journey waits for jobs, on a machine that may do other work. */
const JOURNEY_MS = 180_000
const WAIT_MS = 60_000
/** Nobody has it at first. */
const STRANGER = '+31209999999'

const isThere = existsSync(CHROMIUM_PATH)
if (!isThere) console.warn(`skipped: no browser at ${CHROMIUM_PATH}`)

describe.skipIf(!isThere)('a journey', () => {
  let small: SmallDoor
  let door: OpenDoor
  let jobs: JobRunner
  let browser: Browser
  let page: Page
  let url = ''

  beforeAll(async () => {
    small = await openSmallDoor()
    const { desk, log, metrics } = small
    await fill(small)
    const staff: readonly (readonly [string, string, Role])[] = [
      ['max', '', 'billing-operations'],
      ['fin', '', 'finance'],
      ['sam', 'P1', 'support-acts'],
    ]
    for (const [staffId, partnerId, role] of staff) {
      const person = { staffId, partnerId, name: staffId, email: `${staffId}@x.example` }
      await putStaff(desk, { ...person, language: 'nl', roles: [role] })
    }
    const parts = { stores: desk, log, metrics, isSecure: false, version: '0', pages: mountPortal }
    door = await serveApi(parts, { host: '127.0.0.1', port: 0 })
    url = `http://localhost:${door.port}`
    jobs = runJobs(desk, { kinds: JOB_KINDS, log, lookMs: 50 })
    browser = await chromium.launch(CHROMIUM_OPTIONS)
    page = await browser.newPage()
    page.setDefaultTimeout(WAIT_MS)
  }, JOURNEY_MS)
  afterAll(async () => {
    await browser.close()
    await jobs[Symbol.asyncDispose]()
    await door[Symbol.asyncDispose]()
    await small[Symbol.asyncDispose]()
  })

  async function enter(key: PersonKey): Promise<void> {
    await page.context().clearCookies()
    await page.goto(`${url}/sign-in#link=${await linkFor(small.desk, key, 'sign-in')}`)
    await page.waitForURL((at) => at.pathname !== '/sign-in')
  }

  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const link = (name: string) => page.getByRole('link', { name, exact: true })

  test(
    'of billing operations: what waits is mended and rated, the month is checked, previewed and finalised, an invoice credited and made anew',
    async () => {
      await enter('staff:max')
      await link('Wachtkamer').click()
      await page.getByText('served_unknown').waitFor()
      await page.getByText('Nummer toewijzen').click()
      await page.getByLabel('Nummer', { exact: true }).fill(STRANGER)
      await page.getByLabel('Aansluiting').fill('V1')
      await page.getByLabel('Vanaf').fill('2026-09-01')
      await button('Toewijzen').click()
      await page.getByText('Tarifeer de records opnieuw.').waitFor()
      await button('Opnieuw tariferen').click()
      await page.getByText('klaar').waitFor()
      await link('Wachtkamer').click()
      await page.getByText('Niets wacht').waitFor()

      await page.goto(`${url}/month?period=2026-09`)
      await button('Controleer nu').click()
      await button('Opnieuw controleren').waitFor()
      await button('Proefrun maken').click()
      await page.getByText('2 concepten').first().waitFor()
      expect(await invoicesOf(small.desk, { period: '2026-09' })).toEqual([])
      for (const tick of await page.locator('[name^=accept-]').all()) await tick.check()
      await button('Definitief maken').click()
      await button('Nieuwe accounts factureren').waitFor()
      expect(await invoicesOf(small.desk, { period: '2026-09' })).toHaveLength(2)

      const [invoice] = await invoicesOf(small.desk, { accountId: 'A1', period: '2026-10' })
      await page.goto(`${url}/accounts/A1/invoices/${invoice?.number ?? ''}`)
      await link('Corrigeren en versturen').click()
      await page.getByLabel('Een bedrag crediteren').check()
      await page.getByLabel('Bedrag excl. btw').fill('0,01')
      await page.getByLabel('Reden, voor de klant').fill('Een cent te veel')
      await button('Bekijk wat het wordt').click()
      await button('Crediteren').click()
      await page.waitForURL((at) => !at.pathname.endsWith('/acts'))
      const made = await invoicesOf(small.desk, { accountId: 'A1', period: '2026-10' })
      const note = made.find(({ kind }) => kind === 'credit-note')
      expect(note?.netMicros).toBe(-10_000)
      expect(await page.locator('h1').innerText()).toContain(note?.number ?? '?')

      const [other] = await invoicesOf(small.desk, { accountId: 'A2', period: '2026-10' })
      await page.goto(`${url}/accounts/A2/invoices/${other?.number ?? ''}/acts`)
      await page.getByLabel('Crediteren en opnieuw maken').check()
      await page.getByLabel('Reden, voor de klant').fill('Ander adres')
      await button('Bekijk wat het wordt').click()
      await button('Crediteren en opnieuw maken').click()
      await page.waitForURL((at) => !at.pathname.endsWith('/acts'))
      const anew = await invoicesOf(small.desk, { accountId: 'A2', period: '2026-10' })
      expect(anew.map(({ kind }) => kind).toSorted()).toEqual(['credit-note', 'invoice', 'invoice'])
    },
    JOURNEY_MS,
  )

  test(
    'of finance: a month by type and by partner beside the month before, and every call as Parquet',
    async () => {
      await enter('staff:fin')
      await link('Financiën').click()
      await page.goto(`${url}/finance?period=2026-10`)
      await link('type').click()
      await page.waitForURL('**by=call-type**')
      const types = await totalsOf(
        small.desk,
        'call-type',
        readQuestion({ period: '2026-10', timeZone: 'Europe/Amsterdam' }),
      )
      expect(await page.locator('tbody tr').count()).toBe(types.length)
      await page.getByText('september 2026:').waitFor()
      await link('partner').click()
      await page.waitForURL('**by=partner**')
      expect(await page.locator('tbody tr').count()).toBe(2)
      const [download] = await Promise.all([page.waitForEvent('download'), link('Parquet').click()])
      const bytes = readFileSync(await download.path())
      expect(bytes.subarray(0, 4).toString()).toBe('PAR1')
    },
    JOURNEY_MS,
  )

  test(
    'of a support agent: the caller is found, a SIM freed with the operator’s answer, a call explained, a dispute recorded',
    async () => {
      await enter('staff:sam')
      await page.keyboard.press('/')
      await page.keyboard.type('06-10 00 10 01')
      await page.keyboard.press('Enter')
      await link('+31610001001').click()
      await link('Handel namens deze klant').click()
      await page.getByLabel('Teruggebeld op een nummer dat wij hebben').check()
      await button('Begin').click()
      await page.getByText('U handelt namens').waitFor()
      for (const act of ['block', 'unblock'] as const) {
        await page.goto(`${url}/accounts/A1/mobile/SIM1`)
        await page.locator(`details:has(button[value=${act}]) summary`).click()
        await page.locator(`button[value=${act}]`).click()
        await page.locator(`em.block-${act}-requested`).waitFor()
        const [request] = await blockRequestsOf(small.desk, { accountId: 'A1' })
        await answerBlock(small.desk, request?.requestId ?? '', { answer: 'confirmed' })
        await page.reload()
        await page.locator(`em.block-${act === 'block' ? 'blocked' : 'free'}`).waitFor()
      }

      await page.goto(`${url}/accounts/A1/usage/calls?period=2026-10`)
      await page.locator('tbody a').first().click()
      await link('Betwist').click()
      await page.locator('textarea[name=text]').fill('De beller zegt dat dit gesprek er niet was')
      await page.locator('form:has(textarea[name=text]) button').click()
      await page.getByText('De beller zegt dat dit gesprek er niet was').waitFor()
      await page.goto(`${url}/accounts/A1/audit`)
      await page.getByText('staff:sam for A1').first().waitFor()
      await page.getByText('account.act-for').first().waitFor()
    },
    JOURNEY_MS,
  )
})

/** A SIM of A1, and a call of a number that nobody has. */
async function fill({ desk }: SmallDoor): Promise<void> {
  const sims = join(desk.folder.path, 'sims.json')
  writeFileSync(
    sims,
    JSON.stringify({
      subscriptions: [
        {
          id: 'SIM1',
          account: 'A1',
          product: 'mobile',
          label: 'Bestelbus',
          activated: '2026-01-01',
          numbers: ['+31610001001'],
          iccids: ['8931160000000001001'],
          plans: ['mobile-go'],
        },
      ],
    }),
  )
  await importAccounts(desk, sims, { dryRun: false, atMs: Date.parse('2026-09-01T08:00Z') })
  const calls = join(desk.folder.path, 'unknown.csv')
  const call = { from: '0209999999', to: '0612345678', billsec: 90, uniqueid: '7.1' }
  writeFileSync(calls, `${asteriskLine({ ...call, start: '2026-09-08 11:00:00' })}\n`)
  const clock = fixedClock(Date.parse('2026-11-02T08:00Z'))
  await Array.fromAsync(ingestInto(desk, [calls], { format: 'asterisk', clock }))
}
