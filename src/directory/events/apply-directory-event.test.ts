import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { smallCompany } from '../../../test/small-company.ts'
import { applyDirectoryEvent } from './apply-directory-event.ts'
import { importDirectory } from '../store/import-directory.ts'
import { listDirectoryEvents } from './list-directory-events.ts'
import { loadDirectory } from '../store/load-directory.ts'
import type { OperationsStore } from '../../postgres/operations-store.ts'
import { readTable } from '../store/directory-rows.ts'
import { openTestOperations } from '../../../test/doubles/test-operations.ts'

const NOON_MS = Date.parse('2026-11-02T12:00:00+01:00')
const AT = '2026-11-02T12:00'

async function openCompany() {
  const operations = await openTestOperations()
  const content = { directory: smallCompany(), oneOffCharges: [], webhooks: [] }
  const by = { dryRun: false, atMs: 0, changedBy: 'test' }
  await importDirectory(operations.store, content, by)
  return operations
}

function send(store: OperationsStore, event: unknown, place = 'directory/0/1') {
  const text = typeof event === 'string' ? event : JSON.stringify(event)
  return applyDirectoryEvent(store, { text, place, receivedMs: NOON_MS })
}

async function subscription(store: OperationsStore, id: string) {
  const { subscriptions } = await loadDirectory(store)
  const found = subscriptions.find(({ subscriptionId }) => subscriptionId === id)
  if (found === undefined) throw new Error(`no subscription ${id}`)
  return found
}

function held(identities: readonly { value: string; fromMs: number; toMs: number }[]) {
  return identities.map(({ value, fromMs, toMs }) => [value, fromMs, toMs])
}

test('the steps of a subscription take effect from their moment on, with their charge, once', async () => {
  await using operations = await openCompany()
  const { store } = operations
  const charge = { amount: '10.00' }
  const swap = { id: 'e1', type: 'swap-sim', subscription: 'M1', at: AT, imsi: '204080000000009' }
  expect(await send(store, { ...swap, charge })).toMatchObject({ state: 'applied' })
  expect(await send(store, { ...swap, charge })).toMatchObject({ state: 'known' })
  expect(await send(store, ` ${JSON.stringify({ ...swap, charge })} `)).toMatchObject({
    state: 'known',
  })
  const { activatedMs, identities } = await subscription(store, 'M1')
  expect(held(identities)).toEqual([
    ['204080000000009', NOON_MS, Infinity],
    ['+31612345678', activatedMs, Infinity],
  ])
  expect(await readTable(store, 'one_off_charges')).toEqual([
    {
      tax_category: '',
      bill_to_id: '',
      charge_id: 'event:e1',
      account_id: 'A1',
      subscription_id: 'M1',
      at_ms: NOON_MS,
      description: 'SIM swap',
      amount_micros: 10_000_000,
    },
  ])

  const steps = [
    { id: 'e2', type: 'swap-sim', subscription: 'M1', at: '2026-11-03', imsi: '204080000000010' },
    { id: 'e3', type: 'block-sim', subscription: 'M1', at: AT, charge },
    { id: 'e4', type: 'change-plan', subscription: 'M1', at: AT, plan: 'mobile-plus' },
    { id: 'e5', type: 'add-module', subscription: 'M1', at: AT, module: 'eu' },
    { id: 'e6', type: 'end-module', subscription: 'M1', at: '2026-12-01', module: 'eu' },
  ]
  for (const step of steps) expect(await send(store, step)).toMatchObject({ state: 'applied' })
  const changed = await subscription(store, 'M1')
  expect(held(changed.identities).slice(0, 2)).toEqual([
    ['204080000000009', NOON_MS, Date.parse('2026-11-03T00:00:00+01:00')],
    ['204080000000010', Date.parse('2026-11-03T00:00:00+01:00'), Infinity],
  ])
  expect(changed.plans.map(({ planId, toMs }) => [planId, toMs])).toEqual([
    ['mobile-go', NOON_MS],
    ['mobile-plus', Infinity],
  ])
  expect(changed.modules[0]?.toMs).toBe(Date.parse('2026-12-01T00:00:00+01:00'))
  expect(await readTable(store, 'one_off_charges')).toHaveLength(2)
}, 60_000)

test('a number moves to another subscription at the moment that it left the first', async () => {
  await using operations = await openCompany()
  const { store } = operations
  const number = '+31201234567'
  const into = { id: 'in', type: 'port-in', subscription: 'V2', at: AT, number }
  expect(await send(store, into)).toMatchObject({
    state: 'refused',
    detail: expect.stringContaining('would lead to V1 and V2'),
  })
  expect(
    await send(store, { id: 'end', type: 'terminate', subscription: 'V1', at: AT }),
  ).toMatchObject({ state: 'applied' })
  expect(await send(store, into)).toMatchObject({ state: 'applied' }) // Sent again, now it fits.
  expect((await subscription(store, 'V1')).terminatedMs).toBe(NOON_MS)
  expect(held((await subscription(store, 'V2')).identities)).toContainEqual([
    number,
    NOON_MS,
    Infinity,
  ])
  expect(await listDirectoryEvents(store, { refusedOnly: true })).toEqual([])
}, 60_000)

test('a new subscription, and a part of the accounts document, come as events too', async () => {
  await using operations = await openCompany()
  const { store } = operations
  const fourth = {
    id: 'M2',
    account: 'A1',
    product: 'mobile',
    activated: '2026-11-02',
    numbers: ['+31612345679'],
  }
  const activate = { id: 'e1', type: 'activate', subscription: fourth, charge: { amount: '25.00' } }
  expect(await send(store, activate)).toMatchObject({ state: 'applied' })
  expect((await subscription(store, 'M2')).accountId).toBe('A1')
  const charges = await readTable(store, 'one_off_charges')
  expect(charges.map(({ description }) => description)).toEqual(['Activation'])
  const group = { id: 'sales', account: 'A1', name: 'Sales' }
  const document = { id: 'e2', type: 'document', document: { groups: [group] } }
  expect(await send(store, document)).toMatchObject({
    state: 'applied',
    detail: 'groups: sales new',
  })
}, 60_000)

describe('what cannot be applied', () => {
  const opened = new AsyncDisposableStack()
  let store: OperationsStore
  beforeAll(async () => {
    store = opened.use(await openCompany()).store
  }, 60_000)
  afterAll(() => opened.disposeAsync())

  test.each([
    ['no JSON', '{"id":', 'p/0/9', 'it is no JSON'],
    ['bytes', 'a\0b', 'p/0/9', 'it is no JSON'],
    ['a NUL', { id: 'x\0', type: 'block-sim' }, 'p/0/9', 'it has a NUL character'],
    [
      'an amount beyond all money',
      {
        id: 'x',
        type: 'block-sim',
        subscription: 'M1',
        at: AT,
        charge: { amount: '9'.repeat(30) },
      },
      'x',
      /./,
    ],
    ['no id', { type: 'block-sim', subscription: 'M1', at: AT }, 'p/0/9', /id: /],
    ['an unknown type', { id: 'x', type: 'sell', subscription: 'M1' }, 'x', /type: /],
    [
      'nobody’s subscription',
      { id: 'x', type: 'block-sim', subscription: 'M9', at: AT },
      'x',
      'there is no subscription M9',
    ],
    [
      'a moment before the activation',
      { id: 'x', type: 'block-sim', subscription: 'M1', at: '2025-01-01' },
      'x',
      'it is before the activation',
    ],
    [
      'a module that is not there',
      { id: 'x', type: 'end-module', subscription: 'M1', at: AT, module: 'eu' },
      'x',
      'it has no module eu then',
    ],
  ])(
    '%s is refused and kept, and nothing else changes',
    async (_what, event, eventId, detail) => {
      const before = await loadDirectory(store)
      expect(await send(store, event, 'p/0/9')).toMatchObject({ state: 'refused', eventId })
      const refused = await listDirectoryEvents(store, { refusedOnly: true })
      expect(refused.find((one) => one.eventId === eventId)?.detail).toMatch(detail)
      expect(await loadDirectory(store)).toEqual(before)
      expect(await readTable(store, 'one_off_charges')).toEqual([])
    },
    60_000,
  )
})

test('an id that was used by another event is refused beside it', async () => {
  await using operations = await openCompany()
  const { store } = operations
  const block = { id: 'e1', type: 'block-sim', subscription: 'M1', at: AT }
  await send(store, { ...block, charge: { amount: '5.00' } })
  const other = await send(store, { ...block, charge: { amount: '6.00' } }, 'directory/0/7')
  expect(other).toMatchObject({ state: 'refused', eventId: 'e1@directory/0/7' })
  const charges = await readTable(store, 'one_off_charges')
  expect(charges.map((charge) => charge.amount_micros)).toEqual([5_000_000])
}, 60_000)
