import { expect, test } from 'vitest'
import { FINDING_CODES, isFindingCode } from './billing.ts'

test('each finding says in words what it is', async () => {
  const words = Object.entries(FINDING_CODES).map(([code, text]) => `${code}: ${text}\n`)
  await expect(words.join('')).toMatchFileSnapshot('../../../fixtures/invoicing/findings.txt')
})

test('what is no finding is none', () => {
  expect(['number_gap', 'toString', ''].map(isFindingCode)).toEqual([true, false, false])
})
