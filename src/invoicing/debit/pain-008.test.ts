import { expect, test } from 'vitest'
import { inventedDebits } from '../../../test/doubles/invented-debits.ts'
import { pain008, sepaText } from './pain-008.ts'

test('a batch is the same to the byte, in parts by scheme and sequence with their sums', async () => {
  const message = inventedDebits().get('every scheme and sequence')
  if (message === undefined) throw new Error('it is invented')
  const text = pain008(message)
  expect(pain008(message)).toBe(text)
  const sums = [...text.matchAll(/<CtrlSum>([\d.]+)/g)].map(([, sum]) => sum)
  expect(sums).toEqual(['100000123.39', '37.02', '24.68', '49.36', '100000012.33'])
  await expect(text).toMatchFileSnapshot('../../../fixtures/finance/pain-008.xml')
})

test.each([
  ['Łódź & Søn', 'odz + S n'],
  ['Straße <b>', 'Strasse b'],
  ['Café Noir, Liège', 'Cafe Noir, Liege'],
  ['  a\n b ', 'a b'],
])('%s is written as %s', (name, written) => {
  expect(sepaText(name, 70)).toBe(written)
})
