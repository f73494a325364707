/** Runs that are begun, stopped and gone on with. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { accountsToBill } from '../run/accounts-to-bill.ts'
import type { BillingParts } from '../run/billing.ts'
import { acceptedByOpenRun, finishRun, openRun } from './billing-runs.ts'
import { withCatalogueOfRun } from './catalogue-of-run.ts'

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(() => billing.reset())
afterAll(() => billing[Symbol.asyncDispose]())

async function scopeOf(accepted?: readonly string[]) {
  const { open } = await accountsToBill(billing.parts, { period: '2026-10' })
  return {
    period: '2026-10',
    accounts: undefined,
    open,
    ...(accepted === undefined ? {} : { accepted }),
  }
}

test('what was accepted is kept with the run, and what is accepted later comes to it', async () => {
  expect(await acceptedByOpenRun(billing.parts, await scopeOf())).toEqual([])
  const { runId } = await openRun(
    billing.parts,
    await scopeOf(['sequence_gap', 'of another build']),
  )
  expect(await acceptedByOpenRun(billing.parts, await scopeOf())).toEqual(['sequence_gap'])
  const again = await openRun(billing.parts, await scopeOf(['no_usage', 'sequence_gap']))
  expect(again.runId).toBe(runId)
  await openRun(billing.parts, await scopeOf())
  expect(await acceptedByOpenRun(billing.parts, await scopeOf())).toEqual([
    'no_usage',
    'sequence_gap',
  ])
  await finishRun(billing.parts, again, { accounts: undefined })
  expect(await acceptedByOpenRun(billing.parts, await scopeOf())).toEqual([])
})

test('a run waits for another that begins, keeps its catalogue once and goes on by it', async () => {
  const asked: string[] = []
  let keptCount = 0
  const { operations } = billing.parts
  const listening: BillingParts = {
    ...billing.parts,
    keepCatalogue: async () => {
      keptCount += 1
    },
    operations: {
      ...operations,
      transaction: (work) =>
        operations.transaction((sql) =>
          work({
            ...sql,
            query: (text, ...more) => {
              asked.push(text)
              return sql.query(text, ...more)
            },
          }),
        ),
    },
  }
  const { runId } = await openRun(listening, await scopeOf())
  expect(asked[0]).toContain('pg_advisory_xact_lock')
  expect(keptCount).toBe(1)
  const { catalogue } = billing.parts
  const other = billing.withCatalogue('other', { ...catalogue, hash: '1'.repeat(64) })
  const again = await openRun(other, await scopeOf())
  expect([again.runId, again.catalogueKey]).toEqual([runId, 'invented'])
  const asThen = await withCatalogueOfRun(other, runId)
  expect([asThen.catalogueKey, asThen.catalogue.hash]).toEqual(['invented', catalogue.hash])
})

test('a run by the catalogue of today, or of a build that kept none, has that of today', async () => {
  const unread: BillingParts = {
    ...billing.parts,
    catalogueOf: () => Promise.reject(new Error('nobody needs it')),
  }
  const { runId } = await openRun(billing.parts, await scopeOf())
  expect(await withCatalogueOfRun(unread, runId)).toBe(unread)
  await billing.parts.operations.execute('UPDATE billing_runs SET catalogue_key = NULL')
  expect(await withCatalogueOfRun(unread, runId)).toBe(unread)
})
