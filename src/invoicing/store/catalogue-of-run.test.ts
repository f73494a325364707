import { expect, test } from 'vitest'
import type { BillingParts } from '../run/billing.ts'
import { withCatalogueOfRun } from './catalogue-of-run.ts'

/** Which catalogue a run has, of which the store says this; and which ones were read. */
async function ofRun(rows: readonly { readonly catalogue_key: string | null }[]) {
  const read: string[] = []
  const parts = {
    operations: { query: () => Promise.resolve(rows) },
    catalogueKey: 'today',
    catalogue: 'of today',
    catalogueOf: (key: string) => {
      read.push(key)
      return Promise.resolve(`of ${key}`)
    },
  } as unknown as BillingParts
  const { catalogueKey, catalogue } = await withCatalogueOfRun(parts, 1)
  return { catalogueKey, catalogue, read }
}

test('a run has the catalogue that it kept', async () => {
  expect(await ofRun([{ catalogue_key: 'then' }])).toEqual({
    catalogueKey: 'then',
    catalogue: 'of then',
    read: ['then'],
  })
})

test.each([
  { name: 'that of today is not read again', rows: [{ catalogue_key: 'today' }] },
  { name: 'a run of a build that kept none has that of today', rows: [{ catalogue_key: null }] },
  { name: 'so has what no run made', rows: [] },
])('$name', async ({ rows }) => {
  const today = { catalogueKey: 'today', catalogue: 'of today', read: [] }
  expect(await ofRun(rows)).toEqual(today)
})
