import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { DayColumn, Int32Column, Int64Column, Int8Column } from './native-columns.ts'
import { Int64ListColumn, TextColumn, TextListColumn } from './native-columns.ts'
import type { NativeColumn } from './native-columns.ts'

const bytesOf = (column: NativeColumn) => Buffer.concat(column.bytes())

const ends = (...values: number[]) => Buffer.from(new BigInt64Array(values.map(BigInt)).buffer)

/** The plain way to write a text: varint length, then UTF-8. */
function plainText(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8')
  const length: number[] = []
  let rest = bytes.length
  for (; rest >= 128; rest = Math.floor(rest / 128)) length.push((rest % 128) + 128)
  return Buffer.concat([Buffer.from([...length, rest]), bytes])
}

test('texts are the same bytes as the plain way, repeated or not, short or long', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.constantFrom(
      '',
      'x'.repeat(127),
      'x'.repeat(128),
      'é'.repeat(64),
      'the same long text again',
    ),
  )
  fc.assert(
    fc.property(fc.array(text, { maxLength: 50 }), (texts) => {
      const column = new TextColumn()
      for (const each of texts) column.append(each)
      expect(bytesOf(column)).toEqual(Buffer.concat(texts.map(plainText)))
    }),
  )
})

test('integers are little endian in two’s complement up to the safe range, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeInteger(), { maxLength: 50 }), (values) => {
      const column = new Int64Column()
      for (const value of values) column.append(value)
      const bytes = bytesOf(column)
      expect(values.map((_, index) => bytes.readBigInt64LE(index * 8))).toEqual(values.map(BigInt))
    }),
  )
  for (const wrong of [0.5, NaN, Infinity, 2 ** 53]) {
    expect(() => new Int64Column().append(wrong)).toThrow('exact integer')
  }
})

test('32 bits are kept as they are, and more are none', () => {
  const column = new Int32Column()
  for (const value of [0, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 32 - 1]) column.append(value)
  const bytes = bytesOf(column)
  expect([0, 4, 8, 12].map((at) => bytes.readInt32LE(at))).toEqual([0, -1, 2 ** 31 - 1, -(2 ** 31)])
  expect(bytes.readUInt32LE(16)).toBe(2 ** 32 - 1)
  for (const wrong of [2 ** 32, -(2 ** 31) - 1, 0.5, NaN]) {
    expect(() => new Int32Column().append(wrong)).toThrow('32 bits')
  }
})

test('a column grows beyond its first buffer and can be used again', () => {
  const texts = new TextColumn()
  const numbers = new Int64Column()
  for (let round = 0; round < 2; round += 1) {
    texts.reset()
    numbers.reset()
    for (let index = 0; index < 10_000; index += 1) {
      texts.append(`row ${index}`)
      numbers.append(-index)
    }
    texts.fill('files', 3)
    expect(bytesOf(texts).subarray(-18).toString('latin1')).toBe('\x05files\x05files\x05files')
    expect(bytesOf(numbers).readBigInt64LE(9_999 * 8)).toBe(-9_999n)
  }
})

test('lists are end offsets and then all values', () => {
  const texts = new TextListColumn()
  const numbers = new Int64ListColumn()
  for (const list of [['a', 'bc'], [], ['d']]) texts.append(list)
  for (const list of [[1], [], [2, 3]]) numbers.append(list)
  expect(bytesOf(texts)).toEqual(Buffer.concat([ends(2, 2, 3), Buffer.from('\x01a\x02bc\x01d')]))
  expect(bytesOf(numbers)).toEqual(Buffer.concat([ends(1, 1, 3), ends(1, 2, 3)]))
})

test('small integers and days', () => {
  const words = new Int32Column()
  words.append(-2)
  words.fill(4_294_967_295, 1)
  expect(bytesOf(words).toString('hex')).toBe('feffffffffffffff')
  const days = new DayColumn()
  days.append(20_727)
  expect(bytesOf(days).readUInt16LE()).toBe(20_727)
  const signs = new Int8Column()
  signs.append(-1)
  expect(bytesOf(signs).readInt8()).toBe(-1)
})
