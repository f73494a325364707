/** The portal as a browser without a script meets it: who sees which page, the way in, and what forms do. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { linkFor, putStaff } from '../src/app/access/people.ts'
import { setPasswordByLink } from '../src/app/access/sign-in.ts'
import { callTypeNames } from '../src/app/catalogue/call-type-names.ts'
import { invoicesOf } from '../src/app/billing/invoice-archive.ts'
import { askQuestion } from '../src/app/questions/questions-of.ts'
import { createStream } from '../src/app/streams/streams-of.ts'
import { daysOf, totalsOf } from '../src/app/usage/usage-reports.ts'
import { readQuestion } from '../src/app/usage/read-question.ts'
import { dayToIso } from '../src/core/time/period.ts'
import { setAccess } from '../src/identity/person-access.ts'
import type { PersonKey } from '../src/identity/person.ts'
import { ownPath } from '../src/portal/entrance.ts'
import { PAGES } from '../src/portal/pages.ts'
import { openSmallDoor, type SmallDoor } from './small-door.ts'

const PASSWORD = 'drie paarden zingen'
const OWN = { 'Sec-Fetch-Site': 'same-origin' }
const [head = [], ...rows] = readFileSync('fixtures/portal/matrix.txt', 'utf8')
  .split('\n')
  .filter((line) => line.includes('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
const READERS = head.slice(1)

let door: SmallDoor
const cookies = new Map<string, string>()
let number = ''
let questionId = 0
let streamId = ''

beforeAll(async () => {
  door = await openSmallDoor({ withPages: true })
  const { desk } = door
  await desk.operations.execute(
    `INSERT INTO users (user_id, account_id, name, email, language)
     VALUES ('eve', 'A1', 'Eve', 'eve@a1.example', 'nl')`,
  )
  const staff = { name: 'Kim', language: 'nl' } as const
  for (const [staffId, partnerId, role] of [
    ['kim', 'P1', 'support'],
    ['lee', 'P2', 'support'],
    ['max', '', 'billing-operations'],
  ] as const) {
    await putStaff(desk, {
      ...staff,
      staffId,
      partnerId,
      email: `${staffId}@x.example`,
      roles: [role],
    })
  }
  const readers: readonly (readonly [string, PersonKey, string])[] = [
    ['owner', 'user:ann', 'owner'],
    ['bookkeeper', 'user:eve', 'bookkeeper'],
    ['other owner', 'user:bob', 'owner'],
    ['support', 'staff:kim', ''],
    ['other support', 'staff:lee', ''],
    ['operator', 'staff:max', ''],
  ]
  for (const [reader, key, role] of readers) {
    if (role !== '') {
      await setAccess(desk.operations, key, { roles: [role], isBlocked: false, nowMs: 0 })
    }
    cookies.set(reader, await enter(key))
  }
  const [invoice] = await invoicesOf(desk, { accountId: 'A1' })
  number = invoice?.number ?? ''
  questionId = await askQuestion(desk, {
    accountId: 'A1',
    kind: 'question',
    about: 'account',
    aboutId: '',
    text: 'Hoe lang nog?',
  })
  const owner = { ownerKind: 'account', ownerId: 'A1' } as const
  const stream = { name: 'x', url: 'https://a1.example/tik', seesNumbers: true } as const
  streamId = (await createStream(desk, { ...owner, ...stream, events: ['usage'] })).stream.streamId
}, 60_000)
afterAll(() => door[Symbol.asyncDispose]())

async function enter(key: PersonKey): Promise<string> {
  const link = await linkFor(door.desk, key, 'invite')
  const entrance = { door: 'portal', address: '', requestId: '' } as const
  await setPasswordByLink(door.desk, { link, password: PASSWORD }, entrance)
  const response = await send('/enter', {
    name: key.slice(key.indexOf(':') + 1),
    password: PASSWORD,
  })
  expect(response.status).toBe(303)
  return (response.headers.get('Set-Cookie') ?? '').split(';')[0] ?? ''
}

function send(path: string, form: Record<string, string>, cookie = ''): Promise<Response> {
  const request = new Request(`http://tik.test${path}`, {
    method: 'POST',
    headers: { ...OWN, Cookie: cookie },
    body: new URLSearchParams(form),
  })
  return Promise.resolve(door.api.request(request))
}

const cookieOf = (reader: string): string => cookies.get(reader) ?? ''

const get = (path: string, reader: string): Promise<Response> =>
  door.ask(path, { headers: { Cookie: cookieOf(reader) } })

function pathOf(template: string): string {
  return template
    .replace('{accountId}', 'A1')
    .replace('{number}', encodeURIComponent(number))
    .replace('{subscriptionId}', 'V1')
    .replace('{source}/{partition}/{offset}', 'files/1/0')
    .replace('{jobId}', '999999')
    .replace('{line}', '1')
    .replace('{questionId}', String(questionId))
    .replace('{streamId}', streamId)
}

test('every page has a row, and every row a page', () => {
  expect(new Set(rows.map(([path]) => path))).toEqual(new Set(PAGES.map(({ path }) => path)))
  expect(rows).toHaveLength(PAGES.length)
})

test.each(rows)('%s', async (template = '', ...expected) => {
  const found: string[] = []
  for (const reader of READERS) {
    const response = await get(pathOf(template), reader)
    const text = await response.text()
    found.push(String(response.status))
    if (response.status === 404) expect(text).not.toContain('+31201234567')
  }
  expect(found.join(' | ')).toBe(expected.join(' | '))
})

describe('the way in', () => {
  test('who is not signed in goes to sign in, and from there to what they opened', async () => {
    const asked = await door.ask('/accounts/A1/usage?period=2026-10')
    expect(asked.headers.get('Location')).toBe(
      '/sign-in?next=%2Faccounts%2FA1%2Fusage%3Fperiod%3D2026-10',
    )
    const entered = await send('/enter', {
      name: 'ann',
      password: PASSWORD,
      next: '/accounts/A1/usage?period=2026-10',
    })
    expect(entered.headers.get('Location')).toBe('/accounts/A1/usage?period=2026-10')
  })

  test.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    'javascript:alert(1)',
    '/\t/evil.example',
    'evil',
  ])('%j leads nowhere else', (next) => {
    expect(ownPath(next)).toBe('')
  })

  test('a wrong password is told in words, and the name is still there', async () => {
    const refused = await send('/enter', { name: '"><script>', password: 'wrong' })
    const text = await refused.text()
    expect([refused.status, text.includes('"><script>')]).toEqual([401, false])
    expect(text).toContain('value="&quot;&gt;&lt;script&gt;"')
    expect(text).toContain('De naam, het wachtwoord of de code klopt niet.')
  })

  test('a form of another site does nothing', async () => {
    for (const path of [
      '/enter',
      '/leave',
      '/enter/password',
      '/enter/forgot',
      '/accounts/A1/limits',
      '/me',
    ]) {
      const response = await door.api.request(`http://tik.test${path}`, {
        method: 'POST',
        headers: { 'Sec-Fetch-Site': 'cross-site', Cookie: cookies.get('owner') ?? '' },
        body: new URLSearchParams({ code: 'account-total', amount: '1', act: 'save' }),
      })
      expect([path, response.status]).toEqual([path, 403])
    }
  })
})

test('call types are called what they are called elsewhere', async () => {
  const names = await callTypeNames(door.desk)
  const text = await (await get('/accounts/A1/usage?period=2026-10', 'owner')).text()
  expect([...names.values()].filter(({ nl }) => text.includes(`>${nl}</a`))).toHaveLength(1)
})

test('a page shows the sum that the totals are, and its rows lead to their calls', async () => {
  const text = await (await get('/accounts/A1/usage?period=2026-10', 'owner')).text()
  const question = readQuestion({ period: '2026-10', timeZone: 'Europe/Amsterdam', account: 'A1' })
  const [total] = await totalsOf(door.desk, 'total', question)
  expect(total?.count).toBe(1)
  expect(text).toMatch(
    /href="\/accounts\/A1\/usage\/calls\?period=2026-10&amp;product=voip&amp;type=/,
  )
  const calls = await (await get('/accounts/A1/usage/calls?period=2026-10', 'owner')).text()
  expect(calls).toContain('+31612345678')
  expect(calls).toContain('href="/accounts/A1/usage/calls/files/1/0"')
})

test('a limit is set in the words of the reader, and a refused one is shown as it was written', async () => {
  const cookie = cookies.get('owner') ?? ''
  const form = { code: 'account-total', subject: '', subscription: '', act: 'save' }
  const done = await send('/accounts/A1/limits', { ...form, amount: '12,50' }, cookie)
  expect([done.status, done.headers.get('Location')]).toEqual([303, '/accounts/A1/limits'])
  const said = (done.headers.get('Set-Cookie') ?? '').split(';')[0] ?? ''
  const shown = await door.ask('/accounts/A1/limits', { headers: { Cookie: `${cookie}; ${said}` } })
  const text = await shown.text()
  expect(text).toContain('De limiet is opgeslagen.')
  expect(shown.headers.get('Set-Cookie')).toContain('tik-said=; Max-Age=0')
  expect(text).toContain('€\u00a012,50')
  const refused = await send('/accounts/A1/limits', { ...form, amount: 'veel<b>' }, cookie)
  expect(refused.status).toBe(422)
  expect(await refused.text()).toContain('value="veel&lt;b&gt;"')
  const back = await send('/accounts/A1/limits', { ...form, act: 'default' }, cookie)
  expect(back.status).toBe(303)
})

test('a limit of a line of somebody else is not there', async () => {
  const form = {
    code: 'subscription-total',
    subject: '',
    subscription: 'S2',
    act: 'save',
    amount: '1',
  }
  const refused = await send('/accounts/A1/limits', form, cookies.get('owner') ?? '')
  expect(refused.status).toBe(404)
})

test('where everybody needs a second step, every page leads to setting it up', async () => {
  await door.desk.operations.execute(
    `INSERT INTO sign_in_rules (reach_kind, reach_id, needs_second_factor) VALUES ('account', 'A2', true)`,
  )
  const led = await get('/accounts/A2/usage', 'other owner')
  expect([led.status, led.headers.get('Location')]).toEqual([303, '/me'])
  const me = await (await get('/me', 'other owner')).text()
  expect(me).toContain('Uw organisatie vraagt een tweede stap.')
  const begun = await send('/me', { act: 'begin' }, cookies.get('other owner') ?? '')
  expect(decodeURIComponent(begun.headers.get('Set-Cookie') ?? '')).toMatch(/[A-Z2-7]{32}/)
  await door.desk.operations.execute('DELETE FROM sign_in_rules')
})

describe('the operator’s pages', () => {
  test('a preview of the month is a job that its page tells of, and what is no finding is refused', async () => {
    const form = { period: '2026-10', act: 'preview' }
    const asked = await send('/month', form, cookieOf('operator'))
    expect(asked.headers.get('Location')).toBe('/month?period=2026-10')
    const month = await (await get('/month?period=2026-10', 'operator')).text()
    expect(month).toContain('data-refresh')
    const job = /name="job" value="(\d+)"/.exec(month)?.[1] ?? ''
    const page = await (await get(`/jobs/${job}`, 'operator')).text()
    expect(page).toContain('&quot;preview&quot;: true')
    const wrong = await send(
      '/month',
      { ...form, act: 'finalise', 'accept-anything': 'on' },
      cookieOf('operator'),
    )
    expect(wrong.status).toBe(422)
    const support = await send('/month', form, cookieOf('support'))
    expect(support.status).toBe(403)
    const stopped = await send('/month', { act: 'stop', job }, cookieOf('operator'))
    expect(stopped.status).toBe(303)
    const after = await (await get('/month?period=2026-10', 'operator')).text()
    expect(after).not.toContain('data-refresh')
  })

  test('nobody writes off without a reason, and what is no reason of a reject is refused', async () => {
    const form = { reason: 'rate_missing', act: 'write-off', why: '' }
    expect((await send('/suspense', form, cookieOf('operator'))).status).toBe(422)
    const other = { ...form, reason: 'constructor' }
    expect((await send('/suspense', other, cookieOf('operator'))).status).toBe(422)
    expect((await send('/suspense', form, cookieOf('owner'))).status).toBe(403)
  })
})

test('the days of a period are what its total is of', async () => {
  const question = readQuestion({ period: '2026-10', timeZone: 'Europe/Amsterdam' })
  const days = await daysOf(door.desk, question, 'Europe/Amsterdam')
  const [total] = await totalsOf(door.desk, 'total', question)
  expect(days.map(({ day, count }) => [dayToIso(day), count])).toEqual([['2026-10-05', 2]])
  expect(days[0]?.amountMicros).toBe(total?.amountMicros)
})

test('who signs out is out', async () => {
  const cookie = await enter('user:ann')
  const left = await send('/leave', {}, cookie)
  expect(left.headers.get('Location')).toBe('/sign-in')
  const asked = await door.ask('/accounts/A1', { headers: { Cookie: cookie } })
  expect(asked.status).toBe(303)
})
