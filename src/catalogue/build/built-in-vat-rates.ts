/**
 * VAT of the countries that sellers are in, where the catalogue says nothing else. Generally known, not
 * looked up at a source: whoever bills by them has them checked. Belgium has two reduced rates; this is
 * the lower one, a catalogue can name the other.
 */
import { dayFromIso, dayStartMs } from '../../core/time/period.ts'
import type { RatedCategory } from '../../core/money/tax.ts'
import type { VatRate } from '../catalogue.ts'

type Row = readonly [
  country: 'NL' | 'BE',
  category: RatedCategory,
  percentHundredths: number,
  from: string,
  until: string,
]

const ROWS: readonly Row[] = [
  ['NL', 'standard', 1900, '2001-01-01', '2012-10-01'],
  ['NL', 'standard', 2100, '2012-10-01', ''],
  ['NL', 'reduced', 600, '1986-10-01', '2019-01-01'],
  ['NL', 'reduced', 900, '2019-01-01', ''],
  ['BE', 'standard', 2100, '1996-01-01', ''],
  ['BE', 'reduced', 600, '1992-04-01', ''],
]
const TIME_ZONES = { NL: 'Europe/Amsterdam', BE: 'Europe/Brussels' } as const

export const BUILT_IN_VAT_RATES: readonly VatRate[] = ROWS.map(
  ([country, category, percentHundredths, from, until]) => ({
    country,
    category,
    percentHundredths,
    fromMs: dayStartMs(dayFromIso(from), TIME_ZONES[country]),
    toMs: until === '' ? Infinity : dayStartMs(dayFromIso(until), TIME_ZONES[country]),
  }),
)
