import { expect, test } from 'vitest'
import { exampleCatalogue } from '../../../test/doubles/example-catalogue.ts'
import { exampleDirectory } from '../../../test/doubles/example-directory.ts'
import { createRatingReference } from './rating-reference.ts'

const catalogue = exampleCatalogue()
const directory = exampleDirectory()
const { indexes, catalogueHash } = createRatingReference(catalogue, directory, 'hash')

test('ids lead to the places of this directory and this catalogue', () => {
  for (const { subscriptionId, accountId, index } of directory.subscriptions) {
    expect(indexes.subscriptionIndex(subscriptionId, accountId, 0)).toBe(index)
  }
  for (const { id, index } of catalogue.callTypes) expect(indexes.callTypeIndex(id)).toBe(index)
  expect(catalogueHash).toBe('hash')
})

test('what neither knows is -1', () => {
  expect(indexes.subscriptionIndex('added just now', 'A1', 0)).toBe(-1)
  expect(indexes.callTypeIndex('of the next catalogue')).toBe(-1)
})
