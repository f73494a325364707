import { expect, test } from 'vitest'
import { micros } from '../../core/money/money.ts'
import type { VatSubtotal } from '../invoice-model.ts'
import { taxOfLine } from './vat.ts'

const row = (taxCategory: VatSubtotal['taxCategory'], percentHundredths: number) => ({
  taxCategory,
  percentHundredths,
  netMicros: micros(0),
  vatMicros: micros(0),
})

test('a line of a build before has the rate that its category had on the invoice', () => {
  const vat = [row('standard', 1900), row('reduced', 600)]
  expect(taxOfLine({ taxCategory: 'reduced' }, vat).taxPercentHundredths).toBe(600)
  expect(taxOfLine({ taxCategory: 'standard' }, vat).taxPercentHundredths).toBe(1900)
  expect(taxOfLine({ taxCategory: 'exempt' }, vat).taxPercentHundredths).toBe(0)
  const own = { taxCategory: 'standard', taxPercentHundredths: 2100 } as const
  expect(taxOfLine(own, vat).taxPercentHundredths).toBe(2100)
})
