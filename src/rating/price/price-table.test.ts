import { expect, test } from 'vitest'
import { step } from '../../../test/rating/world.ts'
import { compilePrices, nanoFromDecimal } from './price-table.ts'

const FREE = { connectFee: '0', steps: [], minimum: undefined, maximum: undefined }
const FOUR = { decimals: 4, mode: 'half-up' } as const

test.each([
  ['0', 0n],
  ['12', 12_000_000_000n],
  ['0.0725', 72_500_000n],
  ['0.000000001', 1n],
])('%s is %d nano', (text, nano) => {
  expect(nanoFromDecimal(text)).toBe(nano)
})

test.each(['', '.5', '1.', '-1', '1e3', '0.0000000001', ' 1', '1,5'])(
  '"%s" is no price',
  (text) => {
    expect(() => nanoFromDecimal(text)).toThrow(/is not a price of at most nine decimals/)
  },
)

test('increments become whole numbers over one denominator, with nothing in common', () => {
  const band = { connectFee: '0.05', steps: [step('0.10', 60, 60), step('0.0725', 60, 1, 60)] }
  const { scale, tables } = compilePrices({ ...FREE, minimum: '0.15' }, [band], FOUR)
  const [table] = tables
  // 0.0725 / 60 EUR is 145/12 rounding units of 0.0001.
  expect(scale).toMatchObject({ denominator: 12, unitMicros: 100, minimum: 18_000 })
  expect([...(table?.incrementPrice ?? [])]).toEqual([12_000, 145])
  expect(table?.fee).toBe(6000)
  expect(scale.maximum).toBe(Infinity)
  expect(scale.fitsNumbers).toBe(true)
})

test('all bands of a rate share the denominator', () => {
  const bands = [
    { connectFee: '0', steps: [step('1', 3)] },
    { connectFee: '0', steps: [step('1', 7)] },
  ]
  const { scale, tables } = compilePrices(FREE, bands, { decimals: 0, mode: 'up' })
  expect(scale.denominator).toBe(21)
  expect(tables.map((table) => table.incrementPrice[0])).toEqual([7, 3])
})

test('a denominator that numbers cannot hold is left to bigint', () => {
  const steps = [step('0.000000001', 999_999_937), step('0.000000001', 999_999_893)]
  const { scale } = compilePrices(FREE, [{ connectFee: '0', steps }], FOUR)
  expect(scale.fitsNumbers).toBe(false)
  expect(scale.denominatorBig).toBe(999_999_937n * 999_999_893n * 100_000n)
})

test('an increment is exact also where neither price nor increment shares anything with per', () => {
  const { scale, tables } = compilePrices(
    FREE,
    [{ connectFee: '0', steps: [step('0.000000015', 7, 2)] }],
    { decimals: 6, mode: 'down' },
  )
  expect(scale.denominator).toBe(700)
  expect(tables[0]?.incrementPrice[0]).toBe(3)
})

test('numbers must have room for twice a remainder', () => {
  const fits = [4_503_599, 4_503_600].map((per) => {
    const band = { connectFee: '0', steps: [step('0.000000001', per)] }
    return compilePrices(FREE, [band], { decimals: 0, mode: 'up' }).scale.fitsNumbers
  })
  expect(fits).toEqual([true, false])
})

test('a bound that numbers cannot hold is left to bigint', () => {
  const { scale } = compilePrices({ ...FREE, maximum: '99999999.000000001' }, [FREE], FOUR)
  expect(scale.fitsNumbers).toBe(false)
})
