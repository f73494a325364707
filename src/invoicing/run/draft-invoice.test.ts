import { expect, test } from 'vitest'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { BillingParts } from './billing.ts'
import type { AccountScope } from './billing-scope.ts'
import { closedPeriods } from './draft-invoice.ts'

const catalogueNamed = (name: string) => ({ name, plans: new Map() }) as unknown as Catalogue

test('a closed period has the catalogue that it was closed with, which is read once', async () => {
  const read: string[] = []
  const parts = {
    catalogueKey: 'today',
    catalogue: catalogueNamed('today'),
    catalogueOf: (key: string) => {
      read.push(key)
      return Promise.resolve(catalogueNamed(key))
    },
  } as unknown as BillingParts
  const scope = { agreed: [], period: { startDay: 90 } } as unknown as AccountScope
  const history = {
    catalogueKeys: new Map([
      [0, 'old'],
      [30, 'old'],
      [60, 'today'],
      [90, 'old'],
    ]),
    closedStartDays: [-30, 0, 30, 60, 90],
  }
  const closed = await closedPeriods(parts, scope, history)
  const names = [...closed].map(([day, { catalogue }]) => [
    day,
    'name' in catalogue && catalogue.name,
  ])
  expect(names).toEqual([
    [-30, 'today'], // Of a build that did not note it.
    [0, 'old'],
    [30, 'old'],
    [60, 'today'],
  ])
  expect(read).toEqual(['old'])
})
