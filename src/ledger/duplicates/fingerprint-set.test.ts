import { expect, test } from 'vitest'
import { createFingerprintSet } from './fingerprint-set.ts'

test('two hundred thousand ids that differ in a digit are told apart, and found again', () => {
  const set = createFingerprintSet()
  const ids = Array.from({ length: 200_000 }, (_, index) => `asterisk:1790000000.${index}`)
  expect(ids.filter((id) => set.add(id))).toHaveLength(ids.length)
  expect(set.size).toBe(ids.length)
  expect(ids.filter((id) => set.add(id))).toEqual([])
})

test('texts of any kind are told apart: order, case, length, accents', () => {
  const set = createFingerprintSet()
  const texts = [
    '',
    'a',
    'A',
    'aa',
    'ab',
    'ba',
    'a\0',
    '\0a',
    'é',
    'e\u0301',
    '😀',
    '0',
    '00',
    '000',
  ]
  expect(texts.filter((text) => !set.add(text))).toEqual([])
  expect(texts.filter((text) => set.add(text))).toEqual([])
})

test('a cleared set is empty', () => {
  const set = createFingerprintSet()
  set.add('a')
  set.clear()
  expect(set.size).toBe(0)
  expect(set.add('a')).toBe(true)
})
