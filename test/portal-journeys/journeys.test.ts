/** Whole days of people in a real browser: a customer, an administrator, an accountant; with keys alone, and without a script. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { sendAlerts } from '../../src/app/alerts/send-alerts.ts'
import { answerAsDemo } from '../../src/app/service/demo-operator.ts'
import { fixedClock, systemClock } from '../../src/core/time/clock.ts'
import { CHROMIUM_PATH } from '../chromium.ts'
import {
  JOURNEY_PASSWORD,
  openJourney,
  setPasswordAndEnter,
  signIn,
  SIMS,
  type Journey,
} from './open-journey.ts'

const isThere = existsSync(CHROMIUM_PATH)
if (!isThere) console.warn(`skipped: no browser at ${CHROMIUM_PATH}`)
const TIMEOUT_MS = 120_000

describe.skipIf(!isThere)('in a browser', { timeout: TIMEOUT_MS }, () => {
  let journey: Journey

  beforeAll(async () => {
    journey = await openJourney()
  }, TIMEOUT_MS)
  afterAll(() => journey[Symbol.asyncDispose]())

  const october = '/accounts/A1/usage?period=2026-10'

  test('a customer: the dearest call and why, a file, a limit, a blocked SIM with its mail, an invoice', async () => {
    const tab = await journey.tab()
    await journey.arrive(tab, 'ann', 'owner')

    await tab.goto(`${journey.url}${october}`)
    await tab.getByRole('link', { name: 'losse gesprekken' }).click()
    await tab.getByRole('link', { name: 'Kosten €' }).click()
    await tab.waitForURL('**sort=dearest**')
    await tab.locator('tbody tr').first().getByRole('link').click()
    await tab.getByText('Hiervoor gold geen bundel: het kost €').waitFor()
    expect(await tab.locator('ol.steps li').first().innerText()).toMatch(/× .* tegen €/)
    await tab.goBack()

    const downloading = tab.waitForEvent('download')
    await tab.getByRole('link', { name: 'Excel' }).click()
    const file = readFileSync((await (await downloading).path()) ?? '', 'utf8')
    expect(file).toContain('+31612345678')
    expect(file.startsWith('\uFEFF')).toBe(true)

    await tab.getByRole('link', { name: 'Limieten', exact: true }).click()
    const row = tab.locator('tr', { hasText: 'Limiet voor al het mobiele verbruik' })
    await row.locator('summary').click()
    await row.locator('[name=amount]').fill('75,00')
    await row.getByRole('button', { name: 'Opslaan' }).click()
    await tab.getByText('De limiet is opgeslagen.').waitFor()
    expect(await tab.locator('main').innerText()).toContain('€\u00a075,00')

    await tab.goto(`${journey.url}/accounts/A1/sims?search=Tracker+7`)
    await tab.getByRole('link', { name: 'Tracker 7' }).click()
    await tab.getByText('Blokkeer deze simkaart').click()
    await tab.getByText('Blokkeren kost eenmalig €').waitFor()
    await tab.getByRole('button', { name: 'Ja, blokkeer' }).click()
    await tab.getByText('De operator is gevraagd').waitFor()
    const inAMinute = fixedClock(systemClock.nowMs() + 60_000)
    expect(await answerAsDemo(journey.desk, inAMinute)).toBe(1)
    expect((await sendAlerts(journey.desk, inAMinute)).sentCount).toBeGreaterThan(0)
    const mails = await journey.desk.operations.query(
      `SELECT subject FROM mails WHERE kind = 'sim-block' AND state = 'sent'`,
      [],
      z.object({ subject: z.string() }),
    )
    expect(mails.map(({ subject }) => subject)).toEqual(['Geblokkeerd: +31610001007 (Tracker 7)'])
    await tab.reload()
    await tab.locator('em.block-blocked').waitFor()

    await tab.getByRole('link', { name: 'Facturen' }).click()
    const saving = tab.waitForEvent('download')
    await tab.getByRole('link', { name: 'PDF' }).click()
    expect((await saving).suggestedFilename()).toMatch(/\.pdf$/)
    expect(journey.faults).toEqual([])
  })

  test('an administrator: invites, gives a right and takes it away, limits twenty SIMs at once', async () => {
    const tab = await journey.tab()
    await journey.arrive(tab, 'adam', 'admin')
    await tab.goto(`${journey.url}/accounts/A1/users`)
    await tab.getByText('Nieuwe gebruiker', { exact: true }).first().click()
    const form = tab.locator('form', { has: tab.locator('[name=welcome]') })
    await form.getByLabel('Gebruikersnaam').fill('kim')
    await form.getByLabel('Naam', { exact: true }).fill('Kim')
    await form.getByLabel('E-mail').fill('kim@a1.example')
    await form.locator('[name=role-user]').uncheck()
    await form.locator('[name=role-bookkeeper]').check()
    await form.getByText('Losse rechten erbij').click()
    await form.locator('[name=role-see-usage]').check()
    await form.getByRole('button', { name: 'Nieuwe gebruiker' }).click()
    await tab.getByText('De uitnodiging is gemaild naar kim@a1.example').waitFor()

    const hers = await journey.tab()
    await setPasswordAndEnter(hers, await journey.linkTo('kim@a1.example', 'invitation'), 'kim')
    await hers.getByRole('link', { name: 'Verbruik' }).waitFor()

    const edit = tab.locator('tr.below', { has: tab.locator('[value=kim]') })
    await edit.locator('summary').first().click()
    await edit.locator('[name=role-see-usage]').uncheck()
    await edit.getByRole('button', { name: 'Opslaan' }).click()
    await tab.getByText('De rechten zijn opgeslagen.').waitFor()
    await hers.reload()
    expect(await hers.getByRole('link', { name: 'Verbruik' }).count()).toBe(0)
    expect((await hers.goto(`${journey.url}${october}`))?.status()).toBe(403)

    await tab.goto(`${journey.url}/accounts/A1/sims`)
    await tab.getByRole('link', { name: 'Kies alle getoonde' }).click()
    await tab.locator('[name=limit]').selectOption({ label: 'Limiet per abonnement' })
    await tab.locator('[name=amount]').fill('25,00')
    await tab.getByRole('button', { name: 'Stel in' }).click()
    await tab.getByText('Bij 20 simkaarten gedaan.').waitFor()
    const set = await journey.desk.operations.query(
      `SELECT scope_id FROM limit_settings WHERE code = 'subscription-total' AND amount = 25000000`,
      [],
      z.object({ scope_id: z.string() }),
    )
    expect(set).toHaveLength(SIMS.length)
  })

  test('an accountant: the invoices of a year as one archive, and nothing else', async () => {
    const tab = await journey.tab()
    await journey.arrive(tab, 'eve', 'bookkeeper')
    const menu = await tab.locator('nav.rail a').allInnerTexts()
    expect(menu).toEqual(['Overzicht', 'Facturen', 'Vragen', 'Ons bedrijf', 'Mijn gegevens'])
    await tab.getByRole('link', { name: 'Facturen' }).click()
    const downloading = tab.waitForEvent('download')
    await tab.getByRole('link', { name: 'Alles van 2026 als zip' }).click()
    const path = (await (await downloading).path()) ?? ''
    const names = execFileSync('python3', ['-m', 'zipfile', '-l', path], { encoding: 'utf8' })
    expect(names).toContain('.pdf')
    expect(names).not.toContain('.csv')
    for (const page of ['usage', 'usage/calls', 'mobile', 'sims', 'limits', 'users', 'clients']) {
      const response = await tab.goto(`${journey.url}/accounts/A1/${page}`)
      expect([page, response?.status()]).toEqual([page, 403])
    }
  })

  test('with keys alone: sign in, filter, the period before, a question sent', async () => {
    const tab = await journey.tab()
    await tab.goto(`${journey.url}/sign-in?next=${encodeURIComponent(october)}`)
    await tab.keyboard.press('Tab')
    await tab.keyboard.type('ann')
    await tab.keyboard.press('Tab')
    await tab.keyboard.type(JOURNEY_PASSWORD)
    await tab.keyboard.press('Enter')
    await tab.waitForURL('**/usage?period=2026-10')
    await tabTo(tab, 'Filters')
    await tab.keyboard.press('Enter')
    await tabTo(tab, 'sender')
    await tab.keyboard.type('999')
    await tab.getByText('Geen verbruik in deze selectie').waitFor()
    await tab.keyboard.press('Escape')
    await tab.locator('tbody tr').first().waitFor()
    await tab.locator('body').press('ArrowLeft')
    await tab.waitForURL('**period=2026-09**')
    await tab.goto(`${journey.url}/accounts/A1/questions?about=invoice&id=none`)
    await tab.goto(`${journey.url}/accounts/A1/questions`)
    await tabTo(tab, 'text')
    await tab.keyboard.type('Kan de bundel groter?')
    await tab.keyboard.press('Tab')
    await tab.keyboard.press('Enter')
    await tab.getByText('Uw vraag is verstuurd').waitFor()
    expect(await tab.getByText('wacht op antwoord').count()).toBe(1)
  })

  test('without a script: signing in, totals, details, a saved view, invoices and a download', async () => {
    const tab = await journey.tab({ javaScriptEnabled: false })
    await tab.goto(`${journey.url}/sign-in`)
    await signIn(tab, 'ann')
    await tab.goto(`${journey.url}${october}`)
    await tab.locator('summary', { hasText: 'Filters' }).click()
    await tab.locator('[name=sender]').fill('0201234567')
    await tab.getByRole('button', { name: 'Toon' }).click()
    await tab.waitForURL('**sender=0201234567**')
    await tab.locator('summary', { hasText: 'Bewaarde weergaven' }).click()
    await tab.locator('[name=name]').fill('Receptie')
    await tab.getByRole('button', { name: 'Bewaar deze weergave' }).click()
    await tab.getByText('Bewaard als “Receptie”.').waitFor()
    await tab.locator('tbody tr').first().getByRole('link').click()
    expect(await tab.locator('tbody').innerText()).toContain('+31612345678')
    await tab.getByRole('link', { name: 'Facturen' }).click()
    const saving = tab.waitForEvent('download')
    await tab.getByRole('link', { name: 'PDF' }).click()
    expect((await saving).suggestedFilename()).toMatch(/\.pdf$/)
  })

  test('at 375 px, and at twice the size, no page of a customer scrolls sideways', async () => {
    const tab = await journey.tab({ viewport: { width: 375, height: 800 } })
    await tab.goto(`${journey.url}/sign-in`)
    await signIn(tab, 'ann')
    for (const width of [375, 640]) {
      await tab.setViewportSize({ width, height: 800 })
      for (const page of [
        '',
        '/usage?by=person',
        '/sims',
        '/mobile/SIM7',
        '/users',
        '/questions',
      ]) {
        await tab.goto(`${journey.url}/accounts/A1${page}`)
        expect([page, await sidewaysOf(tab)]).toEqual([page, width])
      }
    }
  })
})

/** As often as it takes to come to what has this name or text. */
async function tabTo(tab: Page, name: string): Promise<void> {
  const STEPS_MAX = 80
  for (let step = 0; step < STEPS_MAX; step++) {
    await tab.keyboard.press('Tab')
    const at = z
      .string()
      .parse(
        await tab.evaluate(
          `(document.activeElement?.name || document.activeElement?.textContent || '').trim()`,
        ),
      )
    if (at === name) return
  }
  throw new Error(`no key leads to ${name}`)
}

async function sidewaysOf(tab: Page): Promise<number> {
  return z.number().parse(await tab.evaluate('document.documentElement.scrollWidth'))
}
