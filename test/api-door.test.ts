/** The door as programs and browsers meet it: what it says of mistakes, changes, repetitions and sign-in. */
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { API_PATH } from '../src/api/create-api.ts'
import { ROUTES } from '../src/api/v1/routes.ts'
import { PROBLEM_TYPE, problemSchema } from '../src/api/problem.ts'
import { linkFor } from '../src/app/access/people.ts'
import { openSmallDoor, type Asked, type SmallDoor } from './small-door.ts'

let door: SmallDoor
let key: string

beforeAll(async () => {
  door = await openSmallDoor()
  key = await door.keyOf({ reachKind: 'operator', reachId: '' })
}, 60_000)
afterAll(() => door[Symbol.asyncDispose]())

const LIMIT = `${API_PATH}/users/ann/access`
const items = z.object({
  items: z.array(z.record(z.string(), z.unknown())),
  nextCursor: z.string().nullable(),
})

async function jsonOf(response: Response): Promise<unknown> {
  return JSON.parse(await response.text())
}

describe('every refusal is a problem with what to do', () => {
  test.each<[string, string, Asked, number]>([
    ['malformed JSON', `${API_PATH}/api-clients`, { method: 'POST', body: '{"name":' }, 400],
    [
      'another content type',
      `${API_PATH}/api-clients`,
      { method: 'POST', body: 'x', headers: { 'Content-Type': 'text/plain' } },
      415,
    ],
    [
      'a field that is not known',
      `${API_PATH}/api-clients`,
      { method: 'POST', body: { nom: 'x' } },
      422,
    ],
    ['a filter that is not known', `${API_PATH}/usage?acount=A1`, {}, 422],
    ['a period that is none', `${API_PATH}/usage?period=yesterday`, {}, 422],
    ['a time zone that is none', `${API_PATH}/usage?timeZone=Mars/Olympus`, {}, 422],
    ['a zero character', `${API_PATH}/accounts?search=a%00`, {}, 422],
    ['a cursor that is none of ours', `${API_PATH}/accounts?cursor=e30`, {}, 422],
    ['a page that is too large', `${API_PATH}/accounts?limit=100000`, {}, 422],
    ['a route that is not there', `${API_PATH}/nowhere`, {}, 404],
    ['another method', `${API_PATH}/accounts`, { method: 'DELETE' }, 405],
    ['a key that is none', `${API_PATH}/me`, { key: 'abc.def' }, 401],
    [
      'a change that names nothing',
      LIMIT,
      { method: 'PUT', body: { roles: [], isBlocked: false } },
      428,
    ],
    [
      'a body that is too large',
      `${API_PATH}/api-clients`,
      { method: 'POST', body: { name: 'x'.repeat(1_100_000) } },
      413,
    ],
  ])('%s', async (_what, path, asked, status) => {
    const response = await door.ask(path, { key, ...asked })
    expect(response.status).toBe(status)
    expect(response.headers.get('Content-Type')).toBe(PROBLEM_TYPE)
    const problem = problemSchema.parse(await jsonOf(response))
    expect(problem.status).toBe(status)
    expect(problem.requestId).toBe(response.headers.get('X-Request-Id'))
  })
})

test('what was read is not sent again while it is the same', async () => {
  const first = await door.ask(`${API_PATH}/accounts/A1`, { key })
  const tag = first.headers.get('ETag') ?? ''
  const again = await door.ask(`${API_PATH}/accounts/A1`, {
    key,
    headers: { 'If-None-Match': tag },
  })
  expect([again.status, await again.text()]).toEqual([304, ''])
})

test('a change is made only over what was read', async () => {
  const read = await door.ask(LIMIT, { key })
  const tag = read.headers.get('ETag') ?? ''
  const change = (roles: string[]) =>
    door.ask(LIMIT, {
      key,
      method: 'PUT',
      body: { roles, isBlocked: false },
      headers: { 'If-Match': tag },
    })
  expect((await change(['bookkeeper'])).status).toBe(200)
  expect((await change(['owner'])).status).toBe(412)
  expect(await jsonOf(await door.ask(LIMIT, { key }))).toMatchObject({ roles: ['bookkeeper'] })
})

test('a write that is sent again under its key is done once, and another under that key is refused', async () => {
  const send = (name: string) =>
    door.ask(`${API_PATH}/api-clients`, {
      key,
      method: 'POST',
      body: { name, reachKind: 'operator', reachId: '', rights: ['see-usage'] },
      headers: { 'Idempotency-Key': 'once-1' },
    })
  const [first, second] = [await send('robot'), await send('robot')]
  expect([first.status, second.status]).toEqual([201, 201])
  expect(await second.text()).toBe(await first.text())
  expect((await send('other')).status).toBe(422)
  const listed = await door.ask(`${API_PATH}/api-clients?reachKind=operator&reachId=`, { key })
  const named = items.parse(await jsonOf(listed)).items.filter(({ name }) => name === 'robot')
  expect(named).toHaveLength(1)
})

test('a secret that was told is kept so that only who was told it reads it again', async () => {
  const own = await door.keyOf({ reachKind: 'operator', reachId: '' })
  const send = (shown: string) =>
    door.ask(`${API_PATH}/api-clients`, {
      key: shown,
      method: 'POST',
      body: { name: 'sealed', reachKind: 'operator', reachId: '', rights: ['see-usage'] },
      headers: { 'Idempotency-Key': 'sealed-1' },
    })
  const first = await send(own)
  const text = await first.text()
  const { secret } = z.object({ secret: z.string() }).parse(JSON.parse(text))
  const kept = await door.desk.operations.query(
    'SELECT * FROM idempotency_keys WHERE key = $1',
    ['sealed-1'],
    z.record(z.string(), z.unknown()),
  )
  expect(kept).toHaveLength(1)
  expect(JSON.stringify(kept)).not.toContain(secret)
  expect(JSON.stringify(kept)).not.toContain(secret.slice(secret.indexOf('.') + 1))
  expect(await (await send(own)).text()).toBe(text)
  // The same program with a token: it is known, and it was not told.
  const [clientId = ''] = own.split('.')
  const granted = await door.api.request('http://tik.test/oauth/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: own,
    }).toString(),
  })
  const token = z.object({ access_token: z.string() }).parse(await granted.json()).access_token
  const refused = await send(token)
  expect(refused.status).toBe(409)
  expect(await refused.text()).not.toContain(secret)
})

test('every route whose answer has a secret in it says so', () => {
  const telling = ROUTES.flatMap((route) => {
    if ('send' in route) return []
    const shape = JSON.stringify(
      z.toJSONSchema(route.answer, { io: 'output', unrepresentable: 'any' }),
    )
    const tells = /"(?:secret|link|recoveryCodes)":/.test(shape)
    return tells === (route.answersSecret === true) ? [] : [`${route.method} ${route.path}`]
  })
  expect(telling).toEqual([])
})

test('two at once under one key are one', async () => {
  const body = { name: 'twin', reachKind: 'operator', reachId: '', rights: ['see-usage'] }
  const send = () =>
    door.ask(`${API_PATH}/api-clients`, {
      key,
      method: 'POST',
      body,
      headers: { 'Idempotency-Key': 'once-2' },
    })
  const answers = await Promise.all(Array.from({ length: 5 }, async () => (await send()).text()))
  expect(new Set(answers).size).toBe(1)
})

test('a write that is refused leaves nothing, and no note of it', async () => {
  const before = await jsonOf(await door.ask(`${API_PATH}/audit`, { key }))
  const refused = await door.ask(`${API_PATH}/accounts/A1/limits/account-total`, {
    key,
    method: 'PUT',
    body: { amount: 'much' },
    headers: { 'If-Match': '*' },
  })
  expect(refused.status).toBe(422)
  expect(await jsonOf(await door.ask(`${API_PATH}/audit`, { key }))).toEqual(before)
})

test('a changed limit is in the audit log, with who and from which value to which', async () => {
  const path = `${API_PATH}/accounts/A1/limits/account-total`
  const put = (amount: string) =>
    door.ask(path, { key, method: 'PUT', body: { amount }, headers: { 'If-Match': '*' } })
  await put('20')
  await put('30')
  const log = items.parse(await jsonOf(await door.ask(`${API_PATH}/audit?limit=1`, { key })))
  expect(log.items).toEqual([
    expect.objectContaining({
      act: 'limit.set',
      subject: 'account-total of account A1',
      account: 'A1',
      door: 'api',
      before: { amount: 20_000_000, action: 'notify' },
      after: { amount: '30' },
    }),
  ])
  expect(log.nextCursor).not.toBeNull()
})

test('pages of usage follow each other without a gap or a double', async () => {
  const seen: unknown[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const more: string = cursor === '' ? '' : `&cursor=${cursor}`
    const response = await door.ask(`${API_PATH}/usage?period=2026-10&limit=1${more}`, { key })
    const page = items.parse(await jsonOf(response))
    seen.push(...page.items.map(({ entry }) => entry))
    cursor = page.nextCursor
  }
  expect(seen).toEqual(['files/1/0', 'files/1/1'])
})

test('who may not see numbers sees that there was a call, and not with whom', async () => {
  const own = await door.keyOf({ reachKind: 'account', reachId: 'A1' }, ['see-usage'])
  const page = items.parse(
    await jsonOf(await door.ask(`${API_PATH}/usage?period=2026-10`, { key: own })),
  )
  expect(page.items).toEqual([
    expect.objectContaining({ sender: '+31201234567', receiver: '+3161234****' }),
  ])
})

describe('signing in', () => {
  const own = { headers: { 'Sec-Fetch-Site': 'same-origin' } }

  async function signedIn(): Promise<string> {
    const link = await linkFor(door.desk, 'user:bob', 'sign-in')
    const response = await door.ask('/sign-in/link', { method: 'POST', body: { link }, ...own })
    return (response.headers.get('Set-Cookie') ?? '').split(';')[0] ?? ''
  }

  test('a link works once, and the session sees its own account', async () => {
    const link = await linkFor(door.desk, 'user:bob', 'sign-in')
    const enter = () => door.ask('/sign-in/link', { method: 'POST', body: { link }, ...own })
    const response = await enter()
    expect(response.headers.get('Set-Cookie')).toMatch(
      /^tik=tik_session_[\w-]{43}; .*HttpOnly; SameSite=Lax$/,
    )
    expect((await enter()).status).toBe(401)
    const cookie = (response.headers.get('Set-Cookie') ?? '').split(';')[0] ?? ''
    const me = await jsonOf(await door.ask(`${API_PATH}/me`, { headers: { Cookie: cookie } }))
    expect(me).toMatchObject({ name: 'user:bob', reach: { accounts: ['A2'] } })
  })

  test('an invitation sets a password and signs nobody in; wrong is wrong for whatever reason', async () => {
    const link = await linkFor(door.desk, 'user:bob', 'invite')
    const set = (password: string) =>
      door.ask('/set-password', { method: 'POST', body: { link, password }, ...own })
    expect((await set('short')).status).toBe(422)
    const done = await set('drie paarden zingen')
    expect([done.status, done.headers.get('Set-Cookie')]).toEqual([200, null])
    expect((await set('drie paarden zingen')).status).toBe(403)
    const enter = async (name: string, password: string) => {
      const response = await door.ask('/sign-in', {
        method: 'POST',
        body: { name, password },
        ...own,
      })
      const { requestId: _, ...said } = z.looseObject({}).parse(await jsonOf(response))
      return [response.status, said]
    }
    expect((await enter('bob', 'drie paarden zingen'))[0]).toBe(200)
    expect((await enter('bob@a2.example', 'drie paarden zingen'))[0]).toBe(200)
    const wrong = await enter('bob', 'vier paarden zingen')
    expect(wrong[0]).toBe(401)
    expect(await enter('nobody', 'vier paarden zingen')).toEqual(wrong)
    expect(await enter('ann', 'vier paarden zingen')).toEqual(wrong)
  })

  test('an invitation leads to a page', async () => {
    const made = await door.ask(`${API_PATH}/users/ann/invitation`, { key, method: 'POST' })
    const { link } = z.object({ link: z.string() }).parse(await jsonOf(made))
    expect(link).toMatch(/^\/set-password#link=tik_link_[\w-]{43}$/)
    const page = await door.ask(link.split('#')[0] ?? '')
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('/entrance.js')])
    expect((await door.ask('/entrance.js')).status).toBe(200)
  })

  test('whoever tries again and again has to wait', async () => {
    const statuses = new Set<number>()
    for (let count = 0; count < 12; count += 1) {
      const body = { name: 'carol', password: `try ${count}` }
      statuses.add((await door.ask('/sign-in', { method: 'POST', body, ...own })).status)
    }
    expect([...statuses]).toEqual([401, 429])
  })

  test.each([
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a sister site', { 'Sec-Fetch-Site': 'same-site' }],
    ['another origin, of an old browser', { Origin: 'https://evil.example', Host: 'tik.test' }],
    ['no origin at all', {}],
  ])('a change from %s is refused', async (_from, headers) => {
    const cookie = await signedIn()
    const response = await door.ask(`${API_PATH}/accounts/A2/limits/account-total`, {
      method: 'PUT',
      body: { amount: '1' },
      headers: { Cookie: cookie, 'If-Match': '*', ...headers },
    })
    expect(response.status).toBe(403)
    expect((await door.ask('/sign-in', { method: 'POST', body: {}, headers })).status).toBe(403)
  })

  test('with a second factor the password is not enough, and a lost phone is no end', async () => {
    const headers = { Cookie: await signedIn(), ...own.headers }
    const mine = (method: string, path = '', body?: object) =>
      door.ask(`${API_PATH}/me/second-factor${path}`, { method, headers, ...(body && { body }) })
    const begun = z.object({ secret: z.string() }).parse(await jsonOf(await mine('POST')))
    const app = new TOTP({ secret: Secret.fromBase32(begun.secret) })
    const wrong = await door.ask(`${API_PATH}/me/second-factor`, {
      method: 'PUT',
      headers: { ...headers, 'If-Match': '*' },
      body: { code: '000000' },
    })
    expect(wrong.status).toBe(403)
    const confirmed = await door.ask(`${API_PATH}/me/second-factor`, {
      method: 'PUT',
      headers: { ...headers, 'If-Match': '*' },
      body: { code: app.generate() },
    })
    const { recoveryCodes } = z
      .object({ recoveryCodes: z.array(z.string()) })
      .parse(await jsonOf(confirmed))
    const link = await linkFor(door.desk, 'user:bob', 'invite')
    const password = 'vijf paarden zingen'
    await door.ask('/set-password', { method: 'POST', body: { link, password }, ...own })
    const enter = async (given: object) => {
      const body = { name: 'bob', ...given }
      const response = await door.ask('/sign-in', { method: 'POST', body, ...own })
      const { type } = z.object({ type: z.string().optional() }).parse(await jsonOf(response))
      return [response.status, type]
    }
    expect(await enter({ password: 'zes paarden zingen' })).toEqual([401, 'about:blank'])
    expect(await enter({ password })).toEqual([401, 'urn:tik:sign-in:needs-code'])
    expect(await enter({ password, code: '000000' })).toEqual([401, 'about:blank'])
    expect(await enter({ password, code: recoveryCodes[0] })).toEqual([200, undefined])
    expect(await enter({ password, code: recoveryCodes[0] })).toEqual([401, 'about:blank'])
    const reset = await door.ask(`${API_PATH}/users/bob/second-factor`, { key, method: 'DELETE' })
    expect(reset.status).toBe(200)
    expect(await enter({ password })).toEqual([200, undefined])
  })

  test('where everybody needs a second factor, who has none can only set one up', async () => {
    const headers = { Cookie: await signedIn(), ...own.headers }
    const rules = `${API_PATH}/accounts/A2/sign-in-rules`
    const ask = { key, method: 'PUT', headers: { 'If-Match': '*' } }
    await door.ask(rules, { ...ask, body: { needsSecondFactor: true } })
    const usage = () => door.ask(`${API_PATH}/usage?period=2026-10`, { headers })
    expect((await usage()).status).toBe(403)
    const mine = await door.ask(`${API_PATH}/me/second-factor`, { headers })
    expect(await jsonOf(mine)).toEqual({ isOn: false, isNeeded: true, recoveryCodesLeft: 0 })
    await door.ask(rules, { ...ask, body: { needsSecondFactor: false } })
    expect((await usage()).status).toBe(200)
  })

  test('sign-out ends the session', async () => {
    const cookie = await signedIn()
    const headers = { Cookie: cookie, ...own.headers }
    expect((await door.ask('/sign-out', { method: 'POST', headers })).status).toBe(200)
    expect((await door.ask(`${API_PATH}/me`, { headers })).status).toBe(401)
  })
})

test('a program gets a token for its secret, which ends when the program is revoked', async () => {
  const robot = await door.keyOf({ reachKind: 'account', reachId: 'A1' }, ['see-usage'])
  const [clientId = ''] = robot.split('.')
  const form = (secret: string) =>
    door.api.request('http://tik.test/oauth/token', {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: secret,
      }),
    })
  expect((await form('wrong')).status).toBe(401)
  const issued = z
    .object({
      access_token: z.string(),
      token_type: z.literal('Bearer'),
      expires_in: z.literal(3_600),
    })
    .parse(await jsonOf(await form(robot)))
  const me = () => door.ask(`${API_PATH}/me`, { key: issued.access_token })
  expect(await jsonOf(await me())).toMatchObject({ rights: ['see-usage'] })
  await door.ask(`${API_PATH}/api-clients/${clientId}`, { key, method: 'DELETE' })
  expect((await me()).status).toBe(401)
})

test('nobody gives a program more than they have', async () => {
  const own = await door.keyOf({ reachKind: 'account', reachId: 'A1' }, [
    'see-usage',
    'manage-users',
  ])
  const wish = { name: 'x', reachKind: 'account', reachId: 'A1' }
  const make = (body: unknown) =>
    door.ask(`${API_PATH}/api-clients`, { key: own, method: 'POST', body })
  expect((await make({ ...wish, rights: ['see-usage'] })).status).toBe(201)
  expect((await make({ ...wish, rights: ['see-invoices'] })).status).toBe(403)
  expect((await make({ ...wish, reachId: 'A2', rights: ['see-usage'] })).status).toBe(404)
})

test('the log and the metrics name routes and no person', async () => {
  await door.ask(`${API_PATH}/accounts?search=0612345678`, { key })
  const line = door.logged.findLast((each) => each.includes('"request"')) ?? ''
  expect(line).toContain('GET /api/v1/accounts')
  expect(door.logged.join()).not.toContain('0612345678')
  expect(door.logged.join()).not.toContain(key)
  expect(door.metrics.text()).toContain('tik_http_requests_total')
})
