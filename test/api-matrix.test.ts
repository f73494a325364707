/**
 * Every route for every kind of caller: exactly what fixtures/api/matrix.txt says. A route that has no
 * row there fails, so nobody adds one without saying who may use it.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { API_PATH } from '../src/api/create-api.ts'
import { JOB_KINDS } from '../src/api/jobs/job-kinds.ts'
import { ROUTES } from '../src/api/v1/routes.ts'
import { apiClientsOf, endApiClient } from '../src/app/access/api-clients-of.ts'
import { askJob } from '../src/app/jobs/jobs-of.ts'
import { invoicesOf } from '../src/app/billing/invoice-archive.ts'
import { askQuestion } from '../src/app/questions/questions-of.ts'
import { createStream } from '../src/app/streams/streams-of.ts'
import { openSmallDoor, type SmallDoor } from './small-door.ts'

const TABLE = readFileSync('fixtures/api/matrix.txt', 'utf8')
const [header = [], ...rows] = TABLE.split('\n')
  .filter((line) => line.includes('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
const CALLERS = header.slice(1)

let door: SmallDoor
const keys = new Map<string, string | undefined>()
const values = new Map<string, string>()

beforeAll(async () => {
  door = await openSmallDoor()
  const own = { reachKind: 'account', reachId: 'A1' } as const
  keys.set('operator', await door.keyOf({ reachKind: 'operator', reachId: '' }))
  keys.set('partner', await door.keyOf({ reachKind: 'partner', reachId: 'P1' }))
  keys.set('other partner', await door.keyOf({ reachKind: 'partner', reachId: 'P2' }))
  keys.set('customer', await door.keyOf(own, OF_CUSTOMER))
  keys.set('other customer', await door.keyOf({ reachKind: 'account', reachId: 'A2' }, OF_CUSTOMER))
  keys.set('bookkeeper', await door.keyOf(own, ['see-invoices']))
  const revoked = await door.keyOf(own)
  const clients = await apiClientsOf(door.desk, own)
  const last = clients.find(({ clientId }) => revoked.startsWith(clientId))
  await endApiClient(door.desk, last?.clientId ?? '')
  keys.set('revoked', revoked)
  keys.set('nobody', undefined)
  const [invoice] = await invoicesOf(door.desk, { accountId: 'A1' })
  values.set('{number}', invoice?.number ?? '')
  const [kind] = JOB_KINDS
  if (kind === undefined) throw new Error('there are kinds of jobs')
  values.set('{jobId}', String((await askJob(door.desk, kind, { period: '2026-10' })).jobId))
  const stream = await createStream(door.desk, STREAM)
  values.set('{streamId}', stream.stream.streamId)
  const asked = { accountId: 'A1', kind: 'question', about: 'account', aboutId: '' } as const
  values.set('{questionId}', String(await askQuestion(door.desk, { ...asked, text: 'x' })))
}, 60_000)
afterAll(() => door[Symbol.asyncDispose]())

const STREAM = {
  ownerKind: 'account',
  ownerId: 'A1',
  name: 'x',
  url: 'https://a1.example/tik',
  events: ['usage'],
  seesNumbers: true,
} as const
const { ownerKind: _ownerKind, ownerId: _ownerId, ...CHANGE } = STREAM

const OF_CUSTOMER = [
  'see-usage',
  'see-numbers',
  'see-invoices',
  'change-limits',
  'block-sims',
  'manage-users',
  'see-audit',
] as const

test('every route has a row, and every row a route', () => {
  const routes = ROUTES.map(({ method, path }) => `${method.toUpperCase()} ${path}`)
  expect(new Set(rows.map(([route]) => route))).toEqual(new Set(routes))
  expect(rows).toHaveLength(routes.length)
})

/** What the paths of the table name: of account A1 of partner P1. */
const PATH_VALUES: Readonly<Record<string, string>> = {
  '{accountId}': 'A1',
  '{subscriptionId}': 'V1',
  '{code}': 'account-total',
  '{userId}': 'ann',
  '{kind}': 'pdf',
  '{source}': 'files',
  '{partition}': '1',
  '{offset}': '0',
  '{period}': '2026-10',
  '{date}': '2026-10-31',
  '{partnerId}': 'P1',
  '{batch}': '1',
  '{clientId}': 'none',
  '{sessionId}': 'none',
  '{paymentId}': '1',
  '{entryId}': '1',
  '{line}': '1',
  '{staffId}': 'fin',
  '{mailId}': 'none',
  '{passkeyId}': 'none',
  '{viewId}': '1',
  '{requestId}': 'none',
}
const OWNERS: Readonly<Record<string, string>> = {
  '/accounts/{ownerId}': '/accounts/A1',
  '/subscriptions/{ownerId}': '/subscriptions/V1',
  '/partners/{ownerId}': '/partners/P1',
}
const QUERIES: Readonly<Record<string, string>> = {
  'GET /api-clients': '?reachKind=account&reachId=A1',
  'GET /streams': '?ownerKind=account&ownerId=A1',
  'GET /usage/totals': '?period=2026-10',
  'GET /usage/export': '?period=2026-10',
  'GET /usage/totals/export': '?period=2026-10',
  'GET /finance/journal': '?from=2026-01-01&until=2026-12-31&partner=P1',
  'GET /finance/open': '?at=2026-12-31',
  'GET /finance/days/{date}/movement': '?since=2026-09-30',
  // Both sellers have an invoice of this number.
  'GET /invoices/{number}': '?partner=P1',
  'GET /invoices/{number}/documents/{kind}': '?partner=P1',
  'GET /invoices/{number}/usage': '?partner=P1',
  'GET /invoices/{number}/lines': '?partner=P1',
  'GET /invoices/{number}/history': '?partner=P1',
  'GET /invoices/{number}/difference': '?partner=P1',
  'GET /invoices/{number}/lines/{line}': '?partner=P1',
  'GET /invoices/{number}/deliveries': '?partner=P1',
  'POST /invoices/{number}/deliveries': '?partner=P1',
  'GET /deliveries': '?period=2026-10',
  'GET /catalogue/difference': '?from=none&to=none',
  'GET /accounts/{accountId}/rule': '?callType=internal',
  'GET /accounts/{accountId}/price': '?number=%2B3225550000&at=2026-10-05T10:00:00Z',
  'GET /accounts/{accountId}/draft-invoice': '?period=2026-11',
}
const WHY = { reason: 'as agreed', partner: 'P1' }
const PERSON = { name: 'Ann', email: 'ann@a1.example', language: 'en' }
const BODIES: Readonly<Record<string, unknown>> = {
  'POST /invoices/{number}/credit-notes': { ...WHY, dryRun: true },
  'POST /invoices/{number}/reissue': { ...WHY, dryRun: true },
  'POST /invoices/{number}/payments': { partner: 'P1', amount: '1.00', on: '2026-11-02' },
  'POST /invoices/{number}/payments/reversals': { partner: 'P1', amount: '1.00', on: '2026-11-02' },
  'POST /payments/{paymentId}/assignments': { partner: 'P1', number: 'none' },
  'POST /invoices/{number}/disputes': { ...WHY, amount: '1.00' },
  'POST /invoices/{number}/disputes/resolution': WHY,
  'POST /invoices/{number}/deliveries': { state: 'accepted' },
  'POST /invoices/{number}/documents': { partner: 'P1' },
  'POST /bank-statements': { name: 'x.xml', document: '<x/>' },
  'POST /bank-entries/{entryId}/match': { number: 'none' },
  'POST /bank-entries/{entryId}/ignore': { reason: 'a refund of ours' },
  'POST /accounts/{accountId}/contacts': { channel: 'phone', text: 'asks about a call' },
  'POST /rejects/write-off': { entries: ['files/1/0'], reason: 'x', by: 'y' },
  'POST /account-changes': { change: { type: 'terminate' } },
  'POST /directory-events': { event: { id: 'e1', type: 'terminate' } },
  'PUT /users/{userId}': { ...PERSON, registrations: ['invoices'] },
  'POST /accounts/{accountId}/users': { ...PERSON, id: 'ann', registrations: [] },
  'PUT /staff/{staffId}': { ...PERSON, roles: ['finance'] },
  'POST /jobs': { kind: 'check-billing', wish: { period: '2026-10' } },
  'PUT /accounts/{ownerId}/limits/{code}': { amount: '10' },
  'PUT /subscriptions/{ownerId}/limits/{code}': { amount: '10' },
  'PUT /partners/{ownerId}/limits/{code}': { amount: '10' },
  'POST /me/passkeys': {
    name: 'x',
    response: {
      id: 'x',
      rawId: 'x',
      type: 'public-key',
      response: { clientDataJSON: 'x', attestationObject: 'x' },
    },
  },
  'PUT /me/second-factor': { code: '123456' },
  'POST /me/second-factor/removal': { code: '123456' },
  'PUT /accounts/{accountId}/single-sign-on': {
    issuer: 'https://id.invalid',
    clientId: 'tik',
    clientSecret: 'x',
  },
  'PUT /accounts/{accountId}/sign-in-rules': { needsSecondFactor: false },
  'PUT /users/{userId}/access': { roles: ['user'], isBlocked: false },
  'POST /accounts/{accountId}/views': { name: 'x', page: 'totals', query: '' },
  'POST /accounts/{accountId}/questions': { text: 'x' },
  'POST /questions/{questionId}/messages': { text: 'x' },
  'POST /block-requests/{requestId}/answer': { answer: 'confirmed' },
  'POST /subscriptions/{subscriptionId}/sim-block': { act: 'block' },
  'POST /sim-blocks': { act: 'block', subscriptions: ['V1'] },
  'POST /limits-of-selection': { code: 'subscription-total', amount: '10', subscriptions: ['V1'] },
  'POST /streams': STREAM,
  'PUT /streams/{streamId}': CHANGE,
  'POST /streams/{streamId}/replay': { from: '2026-10-01T00:00:00Z' },
  'POST /streams/{streamId}/secret': {},
  'POST /finance/journals': {
    partner: 'P1',
    from: '2026-01-01',
    until: '2026-12-31',
    target: 'books',
  },
  'POST /finance/debits': { partner: 'P1', on: '2099-12-20', dryRun: true },
  'POST /api-clients': { name: 'x', reachKind: 'account', reachId: 'A1', rights: ['see-usage'] },
}

test.each(rows)('%s', async (route = '', ...expected) => {
  const [method = '', template = ''] = route.split(' ')
  let path = template
  for (const [owner, named] of Object.entries(OWNERS)) path = path.replace(owner, named)
  // A subscription has limits of its own.
  if (template.startsWith('/subscriptions/{ownerId}'))
    path = path.replace('{code}', 'subscription-total')
  for (const [name, value] of Object.entries(PATH_VALUES)) path = path.replace(name, value)
  // What ends it ends none that other rows look at.
  if (method === 'DELETE') path = path.replace('{streamId}', 'none')
  for (const [name, value] of values) path = path.replace(name, value)
  const found: string[] = []
  for (const caller of CALLERS) {
    const key = keys.get(caller)
    const response = await door.ask(`${API_PATH}${path}${QUERIES[route] ?? ''}`, {
      method,
      ...(key === undefined ? {} : { key }),
      ...(BODIES[route] === undefined ? {} : { body: BODIES[route] }),
      headers: { 'If-Match': '*' },
    })
    await response.text()
    found.push(String(response.status))
  }
  expect(found.join(' | ')).toBe(expected.join(' | '))
})

test('a list holds what is within reach and nothing else', async () => {
  for (const [path, seen] of [
    ['/accounts', ['A1']],
    ['/invoices', ['A1']],
    ['/usage?period=2026-10', ['A1']],
  ] as const) {
    for (const caller of ['customer', 'partner']) {
      const response = await door.ask(`${API_PATH}${path}`, { key: keys.get(caller) ?? '' })
      const { items }: { items: { account?: string; id?: string }[] } = JSON.parse(
        await response.text(),
      )
      expect([...new Set(items.map(({ account, id }) => account ?? id))]).toEqual(seen)
    }
  }
})
