import { expect, test } from 'vitest'
import { beyondExact, ifExact } from './beyond-exact.ts'
import { TikError } from '../failures/errors.ts'
import { micros } from './money.ts'

test('an overflow is a value to go on with, everything else is thrown on as it was', async () => {
  const overflow = await Promise.resolve(2 ** 60)
    .then(micros)
    .catch(beyondExact)
  expect(overflow).toMatchObject({ code: 'money_overflow' })
  expect(beyondExact(new TikError('quantity_overflow', 'much'))).toMatchObject({ message: 'much' })
  for (const other of [new TikError('money_invalid', 'x'), new Error('down'), undefined]) {
    expect(() => beyondExact(other)).toThrow(other === undefined ? undefined : other)
  }
})

test('an estimate that cannot be told is none', () => {
  expect(ifExact(() => micros(5))).toBe(5)
  expect(ifExact(() => micros(2 ** 60))).toBeUndefined()
  expect(() =>
    ifExact(() => {
      throw new Error('down')
    }),
  ).toThrow('down')
})
