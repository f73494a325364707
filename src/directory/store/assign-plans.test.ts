/** A partner's default plan: assigned once, then as fixed as a plan that was named. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Subscription } from '../../core/accounts/accounts.ts'
import { applyDirectoryEvent } from '../events/apply-directory-event.ts'
import { buildDirectory } from '../document/build-directory.ts'
import { directoryDocumentSchema } from '../document/directory-schema.ts'
import { importDirectory } from './import-directory.ts'
import { loadDirectory } from './load-directory.ts'
import { openTestOperations, type TestOperations } from '../../../test/doubles/test-operations.ts'

let operations: TestOperations
beforeAll(async () => {
  operations = await openTestOperations()
})
afterAll(() => operations[Symbol.asyncDispose]())

const address = { street: 'Kade 1', postcode: '3011 AB', city: 'Rotterdam', country: 'NL' }
let run = 0
beforeEach(() => {
  run += 1
})

/** Ids of each test are its own. */
const id = (name: string): string => `${name}-${run}`
const at = (date: string): number => Date.parse(`${date}T00:00:00+01:00`)

const partner = (mobile?: string) => ({
  partners: [
    {
      id: id('veldnet'),
      legalName: 'Veldnet Telecom B.V.',
      address,
      ...(mobile === undefined ? {} : { defaultPlans: { mobile } }),
    },
  ],
})
const account = () => ({
  accounts: [
    { id: id('gist'), partner: id('veldnet'), legalName: 'De Gist', address, country: 'NL' },
  ],
})
const sim = (fields: object = {}) => ({
  subscriptions: [
    { id: id('sim'), account: id('gist'), product: 'mobile', activated: '2026-01-01', ...fields },
  ],
})

async function imported(...parts: object[]) {
  const document = directoryDocumentSchema.parse(Object.assign({}, ...parts))
  const { content, problems } = buildDirectory(document, await loadDirectory(operations.store))
  expect(problems).toEqual([])
  return importDirectory(operations.store, content, { dryRun: false, atMs: 0, changedBy: 'test' })
}

async function plans(): Promise<unknown[]> {
  const { subscriptions } = await loadDirectory(operations.store)
  const found = subscriptions.find((one: Subscription) => one.subscriptionId === id('sim'))
  return (found?.plans ?? []).map(({ planId, fromMs, toMs }) => [planId, fromMs, toMs])
}

function changePlan(plan: string, date: string) {
  const event = { id: id('event'), type: 'change-plan', subscription: id('sim'), at: date, plan }
  return applyDirectoryEvent(operations.store, {
    text: JSON.stringify(event),
    place: 'directory/0/1',
    receivedMs: 0,
  })
}

test('another default is for new subscriptions: it does not reach into what was agreed', async () => {
  await imported(partner('go'), account(), sim())
  await imported(partner('plus'))
  expect(await plans()).toEqual([['go', at('2026-01-01'), Infinity]])
  expect((await imported(partner('plus'), account(), sim())).subscriptions.unchanged).toBe(1)
  expect(await plans()).toEqual([['go', at('2026-01-01'), Infinity]])
})

test('a first default is assigned to who has no plan, and the import says so', async () => {
  await imported(partner(), account(), sim())
  expect(await plans()).toEqual([])
  const { subscriptions } = await imported(partner('go'))
  expect(subscriptions).toMatchObject({ changed: [id('sim')] })
  expect(subscriptions.differences.join()).toContain('plans: + { planId go')
  expect(await plans()).toEqual([['go', at('2026-01-01'), Infinity]])
})

test('an event that changes the plan leaves the default the time before it', async () => {
  await imported(partner(), account(), sim())
  await imported(partner('go'))
  expect(await changePlan('plus', '2026-11-16')).toMatchObject({ state: 'applied' })
  const changed = [
    ['go', at('2026-01-01'), at('2026-11-16')],
    ['plus', at('2026-11-16'), Infinity],
  ]
  expect(await plans()).toEqual(changed)
  // A document that names no plan says nothing about them, whatever else it changes.
  await imported(partner('go'), account(), sim({ label: 'Bestelbus' }))
  expect(await plans()).toEqual(changed)
})

test('a plan that was kept begins and ends with the subscription', async () => {
  await imported(partner('go'), account(), sim({ terminated: '2026-11-10' }))
  await imported(partner('plus'), account(), sim({ activated: '2025-12-01' }))
  expect(await plans()).toEqual([['go', at('2025-12-01'), Infinity]])
})

test('a document that names plans says which', async () => {
  await imported(partner('go'), account(), sim())
  await imported(partner('go'), account(), sim({ plans: ['plus'] }))
  expect(await plans()).toEqual([['plus', at('2026-01-01'), Infinity]])
})

const MIGRATION = new URL(
  '../../../postgres/migrations/0270-default-plans-assigned.sql',
  import.meta.url,
)

/** Puts the store into the state that the build before left, and migrates it. */
async function migrated(...statements: string[]): Promise<void> {
  const text = readFileSync(MIGRATION, 'utf8')
  await operations.store.transaction(async (sql) => {
    for (const statement of statements) await sql.execute(statement, [id('sim')])
    await sql.script(text)
    await sql.script(text) // A second time changes nothing.
  })
}

test('a store from before keeps the default that it looked up at use', async () => {
  await imported(partner('go'), account(), sim())
  await migrated('DELETE FROM subscription_plans WHERE subscription_id = $1')
  expect(await plans()).toEqual([['go', at('2026-01-01'), Infinity]])
})

test('a store from before gets back the time that a change of plan took from it', async () => {
  await imported(partner('go'), account(), sim())
  await changePlan('plus', '2026-11-16')
  await migrated(
    "DELETE FROM subscription_plans WHERE subscription_id = $1 AND plan_id = 'go'",
    `UPDATE directory_events SET detail = $1 || '.plans: + { planId plus, toMs - }'
     WHERE subscription_id = $1`,
  )
  expect(await plans()).toEqual([
    ['go', at('2026-01-01'), at('2026-11-16')],
    ['plus', at('2026-11-16'), Infinity],
  ])
})

test('a time without a plan that was never the default stays one', async () => {
  const dated = [{ id: 'go', from: '2026-11-16' }]
  await imported(partner('go'), account(), sim({ plans: dated }))
  await migrated()
  await changePlan('plus', '2026-11-16') // Replaces the plan from its first moment on.
  await migrated()
  expect(await plans()).toEqual([['plus', at('2026-11-16'), Infinity]])
})
