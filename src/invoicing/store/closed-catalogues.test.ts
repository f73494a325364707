import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { runBilling } from '../run/run-billing.ts'
import { closedCatalogueKeys } from './closed-catalogues.ts'
import { readHistory } from './invoice-store.ts'

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
  await runBilling(billing.parts, { period: '2026-10' })
  billing.setNow('2026-12-02T08:00:00Z')
  const changed = billing.withCatalogue('dearer', billing.parts.catalogue)
  await runBilling(changed, { period: '2026-11' })
})
afterAll(() => billing[Symbol.asyncDispose]())

test('many accounts are told the same as each alone: which catalogue closed which period', async () => {
  const { operations } = billing.parts
  const keys = await closedCatalogueKeys(operations, ['duinzicht', 'zandbank', 'nobody'])
  expect([...keys.keys()]).toEqual(['duinzicht', 'zandbank'])
  for (const [accountId, ofAccount] of keys) {
    expect([...ofAccount.values()]).toEqual(['invented', 'dearer'])
    const alone = await readHistory(operations, accountId, 0)
    expect(ofAccount).toEqual(alone.catalogueKeys)
  }
})
