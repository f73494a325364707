import { expect, test } from 'vitest'
import { printable } from './printable.ts'

test.each([
  ['Francesca Ümit-Željković, Διονύσιος, Наталья, € – ∞', 'the same'],
  ['東京 ☎ tel', '\ufffd\ufffd \ufffd tel'],
  ['a\u0007b\u202ec\ud800', 'a b c\ufffd'],
  ['line\nline', 'the same'],
])('%s', (text, printed) => {
  expect(printable(text)).toBe(printed === 'the same' ? text : printed)
})

test('what is printable is not copied', () => {
  const value = { name: 'Ans', lines: [{ text: 'één', count: 1, none: undefined }] }
  expect(printable(value)).toBe(value)
  expect(printable({ ...value, name: '京' })).toEqual({ ...value, name: '\ufffd' })
})
