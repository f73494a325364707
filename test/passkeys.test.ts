/** Passkeys in a real browser with a virtual authenticator: made on a page of ours, and used to come in. */
import { existsSync } from 'node:fs'
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { linkFor } from '../src/app/access/people.ts'
import { API_PATH } from '../src/api/create-api.ts'
import { serveApi, type OpenDoor } from '../src/api/serve.ts'
import { CHROMIUM_PATH, CHROMIUM_OPTIONS } from './chromium.ts'
import { openSmallDoor, type SmallDoor } from './small-door.ts'

const isThere = existsSync(CHROMIUM_PATH)
if (!isThere) console.warn(`skipped: no browser at ${CHROMIUM_PATH}`)

describe.skipIf(!isThere)('with a passkey', () => {
  let small: SmallDoor
  let door: OpenDoor
  let url: string
  let browser: Browser
  let page: Page
  let device: CDPSession
  let authenticatorId: string

  beforeAll(async () => {
    small = await openSmallDoor()
    const { log, metrics } = small
    const parts = { stores: small.desk, log, metrics, isSecure: false, version: '0' }
    door = await serveApi(parts, { host: '127.0.0.1', port: 0 })
    url = `http://localhost:${door.port}`
    browser = await chromium.launch(CHROMIUM_OPTIONS)
    page = await (await browser.newContext()).newPage()
    device = await page.context().newCDPSession(page)
    await device.send('WebAuthn.enable')
    const added = await device.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    authenticatorId = added.authenticatorId
    const link = await linkFor(small.desk, 'user:bob', 'sign-in')
    await page.goto(`${url}/#link=${link}`)
    await page.getByText('Signed in as user:bob.').waitFor()
  }, 60_000)
  afterAll(async () => {
    await browser.close()
    await door[Symbol.asyncDispose]()
    await small[Symbol.asyncDispose]()
  })

  /** As a page of ours makes one; runs in the browser. */
  async function add(name: string): Promise<number> {
    return page.evaluate(
      async ([api, called]) => {
        const send = async (path: string, body?: object): Promise<Response> =>
          fetch(`${api}/me/passkeys${path}`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          })
        const options: PublicKeyCredentialCreationOptionsJSON = await (
          await send('/challenge')
        ).json()
        const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
        const made = await navigator.credentials.create({ publicKey })
        if (!(made instanceof PublicKeyCredential)) return 0
        const body = { name: called, response: made.toJSON() }
        const first = await send('', body)
        const again = await send('', body)
        return first.status * 1_000 + again.status
      },
      [API_PATH, name],
    )
  }

  async function signOutAndIn(): Promise<void> {
    await page.context().clearCookies()
    await page.goto(url)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  }

  test('one that was made on our page signs in, without a name or a password; its answer is taken once', async () => {
    expect(await add('laptop')).toBe(201_403)
    await signOutAndIn()
    await page.getByText('Signed in as user:bob.').waitFor()
    const listed = await page.evaluate(
      async (api) => (await fetch(`${api}/me/passkeys`)).json(),
      API_PATH,
    )
    expect(listed).toMatchObject({ items: [{ name: 'laptop', usedAt: expect.any(String) }] })
  })

  test('a device that does not check who holds it does not come in', async () => {
    await device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    await signOutAndIn()
    await page.getByRole('status').filter({ hasText: /./ }).waitFor()
    const status = await page.evaluate(async (api) => (await fetch(`${api}/me`)).status, API_PATH)
    expect(status).toBe(401)
    await device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
  })

  test('one that was forgotten, or whose person is blocked, is of nobody', async () => {
    await small.desk.operations.execute(
      `INSERT INTO person_access (person, roles, blocked_ms) VALUES ('user:bob', '{}', 1)`,
    )
    await signOutAndIn()
    await page.getByText('this passkey is of nobody who is known here').waitFor()
    await small.desk.operations.execute('DELETE FROM person_access')
    await small.desk.operations.execute('DELETE FROM passkeys')
    await signOutAndIn()
    await page.getByText('this passkey is of nobody who is known here').waitFor()
  })
})
