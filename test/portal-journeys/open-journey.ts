/** A door with pages on a socket, over a company with SIMs, and a browser that meets it as a person does. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { z } from 'zod'
import { serveApi } from '../../src/api/serve.ts'
import { inviteByMail } from '../../src/app/access/invite-by-mail.ts'
import type { Desk } from '../../src/app/desk.ts'
import { importAccounts } from '../../src/app/directory/import-accounts.ts'
import { setAccess } from '../../src/identity/person-access.ts'
import { mountPortal } from '../../src/portal/mount-portal.ts'
import { CHROMIUM_OPTIONS } from '../chromium.ts'
import { openSmallDoor } from '../small-door.ts'

export const JOURNEY_PASSWORD = 'drie paarden zingen'
export const SIMS = Array.from({ length: 20 }, (_, index) => `SIM${index}`)

export interface Journey extends AsyncDisposable {
  readonly desk: Desk
  readonly url: string
  /** What the browser complained of: scripts, the policy, failures. */
  readonly faults: string[]
  /** A page of somebody who is not signed in. */
  tab(options?: BrowserContextOptions): Promise<Page>
  /** The link of the last mail of a kind to somebody. */
  linkTo(email: string, kind: string): Promise<string>
  /** Invites a user with these roles by mail, and follows the mail to the first page. */
  arrive(tab: Page, userId: string, role: string): Promise<void>
}

export async function openJourney(): Promise<Journey> {
  const small = await openSmallDoor()
  const { desk, log, metrics } = small
  await importCompany(desk)
  const parts = { stores: desk, log, metrics, isSecure: false, version: '0', pages: mountPortal }
  const door = await serveApi(parts, { host: '127.0.0.1', port: 0 })
  const url = `http://localhost:${door.port}`
  const browser: Browser = await chromium.launch(CHROMIUM_OPTIONS)
  const faults: string[] = []
  const journey: Journey = {
    desk,
    url,
    faults,
    async tab(options = {}) {
      const context = await browser.newContext({
        locale: 'nl-NL',
        acceptDownloads: true,
        ...options,
      })
      const page = await context.newPage()
      page.on('pageerror', (error) => faults.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error') faults.push(`${message.text()} at ${page.url()}`)
      })
      page.setDefaultTimeout(20_000)
      return page
    },
    async linkTo(email, kind) {
      const [mail] = await desk.operations.query(
        `SELECT text_body FROM mails WHERE recipient_email = $1 AND kind = $2
         ORDER BY created_ms DESC LIMIT 1`,
        [email, kind],
        z.object({ text_body: z.string() }),
      )
      return /https?:\/\/\S+/.exec(mail?.text_body ?? '')?.[0] ?? ''
    },
    async arrive(tab, userId, role) {
      const key = `user:${userId}` as const
      await setAccess(desk.operations, key, { roles: [role], isBlocked: false, nowMs: 0 })
      await inviteByMail(desk, userId, url)
      await setPasswordAndEnter(
        tab,
        await journey.linkTo(`${userId}@a1.example`, 'invitation'),
        userId,
      )
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      await door[Symbol.asyncDispose]()
      await small[Symbol.asyncDispose]()
    },
  }
  return journey
}

/** As whoever got the mail does it. */
export async function setPasswordAndEnter(tab: Page, link: string, userId: string): Promise<void> {
  await tab.goto(link)
  await tab.getByLabel('Nieuw wachtwoord').fill(JOURNEY_PASSWORD)
  await tab.getByRole('button', { name: 'Instellen' }).click()
  await tab.getByText('Het wachtwoord is ingesteld.').waitFor()
  await signIn(tab, userId)
}

export async function signIn(tab: Page, userId: string): Promise<void> {
  await tab.getByLabel('Gebruikersnaam of e-mailadres').fill(userId)
  await tab.getByLabel('Wachtwoord').fill(JOURNEY_PASSWORD)
  await tab.getByRole('button', { name: 'Inloggen', exact: true }).click()
  await tab.waitForURL('**/accounts/A1')
}

async function importCompany(desk: Desk): Promise<void> {
  const file = join(desk.folder.path, 'company.json')
  const sims = SIMS.map((id, index) => ({
    id,
    account: 'A1',
    product: 'mobile',
    activated: '2026-01-01',
    label: `Tracker ${index}`,
    numbers: [`+3161000${String(1000 + index)}`],
    plans: ['mobile-go'],
  }))
  const users = [user('ann', ['sim-block']), user('adam'), user('eve')]
  writeFileSync(file, JSON.stringify({ subscriptions: sims, users }))
  await importAccounts(desk, file, { dryRun: false, atMs: Date.parse('2026-09-01T08:00Z') })
}

const user = (id: string, registrations: string[] = []) => ({
  id,
  account: 'A1',
  name: `${id[0]?.toUpperCase()}${id.slice(1)}`,
  email: `${id}@a1.example`,
  language: 'nl',
  registrations,
})
