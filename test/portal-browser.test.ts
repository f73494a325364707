/** Every page in a real browser: no fault of accessibility, nothing that our policy refuses, no page that scrolls sideways. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { linkFor, putStaff } from '../src/app/access/people.ts'
import { invoicesOf } from '../src/app/billing/invoice-archive.ts'
import { askQuestion } from '../src/app/questions/questions-of.ts'
import { createStream } from '../src/app/streams/streams-of.ts'
import { serveApi, type OpenDoor } from '../src/api/serve.ts'
import { setAccess } from '../src/identity/person-access.ts'
import type { PersonKey } from '../src/identity/person.ts'
import { mountPortal } from '../src/portal/mount-portal.ts'
import { PAGES } from '../src/portal/pages.ts'
import { CHROMIUM_OPTIONS, CHROMIUM_PATH } from './chromium.ts'
import { openSmallDoor, type SmallDoor } from './small-door.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** What a customer may call a line: markup, a script, marks that turn text around. */
const HOSTILE = '<img src=x onerror=alert(1)> \u202egnp.eman "\'&'

const isThere = existsSync(CHROMIUM_PATH)
if (!isThere) console.warn(`skipped: no browser at ${CHROMIUM_PATH}`)

describe.skipIf(!isThere)('in a browser', () => {
  let small: SmallDoor
  let door: OpenDoor
  let url: string
  let browser: Browser
  let page: Page
  const faults: string[] = []
  const paths = new Map<string, string>()

  beforeAll(async () => {
    small = await openSmallDoor()
    const { desk, log, metrics } = small
    await setAccess(desk.operations, 'user:ann', { roles: ['owner'], isBlocked: false, nowMs: 0 })
    await desk.operations.execute('UPDATE subscriptions SET label = $1', [HOSTILE])
    await desk.operations.execute('UPDATE accounts SET legal_name = $1', [HOSTILE])
    const parts = { stores: desk, log, metrics, isSecure: false, version: '0', pages: mountPortal }
    door = await serveApi(parts, { host: '127.0.0.1', port: 0 })
    url = `http://localhost:${door.port}`
    const [invoice] = await invoicesOf(desk, { accountId: 'A1' })
    const questionId = await askQuestion(desk, {
      accountId: 'A1',
      kind: 'dispute',
      about: 'account',
      aboutId: '',
      text: HOSTILE,
    })
    const { stream } = await createStream(desk, {
      ownerKind: 'account',
      ownerId: 'A1',
      name: HOSTILE,
      url: 'https://a1.example/tik',
      events: ['usage'],
      seesNumbers: true,
    })
    for (const { path } of PAGES) {
      paths.set(
        path,
        path
          .replace('{accountId}', 'A1')
          .replace('{number}', encodeURIComponent(invoice?.number ?? ''))
          .replace('{subscriptionId}', 'V1')
          .replace('{source}/{partition}/{offset}', 'files/1/0')
          .replace('{line}', '1')
          .replace('{questionId}', String(questionId))
          .replace('{streamId}', stream.streamId),
      )
    }
    browser = await chromium.launch(CHROMIUM_OPTIONS)
    page = await browser.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text())
    })
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('dialog', (dialog) => {
      faults.push(`a script asked: ${dialog.message()}`)
      void dialog.dismiss()
    })
    const staff = { staffId: 'max', partnerId: '', name: 'Max', email: 'max@x.example' } as const
    await putStaff(desk, { ...staff, language: 'fr', roles: ['billing-operations'] })
    await enter('user:ann')
  }, 60_000)
  afterAll(async () => {
    await browser.close()
    await door[Symbol.asyncDispose]()
    await small[Symbol.asyncDispose]()
  })

  async function enter(key: PersonKey): Promise<void> {
    await page.context().clearCookies()
    const link = await linkFor(small.desk, key, 'sign-in')
    await page.goto(`${url}/sign-in#link=${link}`)
    await page.waitForURL((at) => at.pathname !== '/sign-in')
  }

  const found = z.array(z.object({ id: z.string(), nodes: z.array(z.string()) }))

  async function violations(): Promise<z.output<typeof found>> {
    await page.evaluate(AXE)
    return found.parse(
      await page.evaluate(`axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
        .then(({ violations }) => violations.map(({ id, nodes }) =>
          ({ id, nodes: nodes.slice(0, 3).map((node) => node.html.slice(0, 200)) })))`),
    )
  }

  const STAFF_RIGHTS: ReadonlySet<string> = new Set(['operate', 'finance', 'act-for-customers'])
  const ofStaff = PAGES.filter(
    ({ path, right, isOfStaff }) =>
      path === '/customers' || isOfStaff === true || STAFF_RIGHTS.has(right),
  )
  const ofAccount = PAGES.filter((one) => !ofStaff.includes(one)).map(({ path }) => path)
  const states = ofAccount.flatMap((path) =>
    (
      [
        [1280, 'light'],
        [375, 'dark'],
      ] as const
    ).map(([width, scheme]) => [path, width, scheme] as const),
  )

  test.each(states)('%s at %d px, %s', async (path, width, scheme) => {
    faults.length = 0
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme: scheme })
    const response = await page.goto(`${url}${paths.get(path) ?? ''}?period=2026-10`)
    expect(response?.status()).toBe(200)
    expect(await violations()).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    expect(faults).toEqual([])
  })

  describe('staff’s pages have no fault, in another language', () => {
    beforeAll(async () => {
      await enter('staff:max')
      await page.goto(`${url}/month?period=2026-10`)
      await page.getByRole('button', { name: 'Faire un essai' }).click()
      const number = await page.locator('[name=job]').getAttribute('value')
      paths.set('/jobs/{jobId}', `/jobs/${number ?? ''}`)
    })
    afterAll(() => enter('user:ann'))

    test.each(ofStaff.map(({ path }) => path))('%s', async (path) => {
      faults.length = 0
      for (const [width, colorScheme] of [
        [1280, 'light'],
        [375, 'dark'],
      ] as const) {
        await page.setViewportSize({ width, height: 800 })
        await page.emulateMedia({ colorScheme })
        const response = await page.goto(`${url}${paths.get(path) ?? ''}`)
        expect([response?.status(), await violations()]).toEqual([200, []])
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
      }
      expect(faults).toEqual([])
    })
  })

  test('signing in has no fault either', async () => {
    const stranger = await browser.newPage()
    await stranger.goto(`${url}/sign-in`)
    await stranger.evaluate(AXE)
    const ids = await stranger.evaluate(
      `axe.run().then(({ violations }) => violations.map(({ id }) => id))`,
    )
    expect(ids).toEqual([])
    await stranger.close()
  })

  test('a name is shown as the text that it is', async () => {
    await page.goto(`${url}/accounts/A1/limits`)
    expect(await page.locator('header').innerText()).toContain('<img src=x onerror=alert(1)>')
    expect(await page.locator('main img').count()).toBe(0)
  })

  test('a filter answers while one types, and the address says what is shown', async () => {
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.goto(`${url}/accounts/A1/usage/calls?period=2026-10`)
    await page.locator('summary', { hasText: 'Filter' }).click()
    await page.locator('[name=receiver]').pressSequentially('999')
    await page.waitForURL('**receiver=999**')
    await page.getByText('Geen verbruik in deze selectie').waitFor()
    expect(await page.locator('[name=receiver]').inputValue()).toBe('999')
    await page.locator('[name=receiver]').press('Escape')
    await page.getByText('+31612345678').waitFor()
  })

  test('with keys alone: to the content, to the period before', async () => {
    await page.goto(`${url}/accounts/A1/usage?period=2026-10`)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('main')
    await page.keyboard.press('ArrowLeft')
    await page.waitForURL('**period=2026-09')
  })
})
