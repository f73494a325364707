import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SpecialNumber } from '../catalogue/catalogue.ts'
import type { UsageKind } from '../core/usage/usage.ts'
import type { SourceConfig } from '../ingest/format.ts'
import { createNumberNormaliser } from './normalise-number.ts'
import { defaultSource } from '../ingest/sources.ts'

const SOURCES: Record<string, SourceConfig> = {
  nl: defaultSource('asterisk'),
  be: { ...defaultSource('asterisk'), homeCountry: 'BE' },
  carrier: { ...defaultSource('asterisk'), techPrefixes: ['1234#', '99901011'] },
  bare: { ...defaultSource('delimited'), internationalPrefixes: ['00', ''] },
  eight: {
    ...defaultSource('delimited'),
    internationalPrefixes: ['810', '00'],
    nationalPrefix: '8',
  },
  plain: {
    ...defaultSource('delimited'),
    nationalPrefix: '',
    extensionDigits: { min: 0, max: 0 },
  },
  tap: defaultSource('tap3'),
}

const SPECIAL_NUMBERS: SpecialNumber[] = [
  special('NL', '112', true, ['voice']),
  special('NL', '116', false, ['voice']),
  special('NL', '14', false, ['voice']),
  special('NL', '18', false, ['voice']),
  special('NL', '4411', true, ['sms']),
  special('NL', '0900', false, ['voice']),
  special('BE', '112', true, ['voice']),
  special('BE', '101', true, ['voice']),
]

describe('the golden table of numbers', () => {
  test.each(goldenRows())('$source $kind $network "$raw" is $form $value', (row) => {
    const source = SOURCES[row.source]
    if (source === undefined) throw new Error(`no source ${row.source}`)
    const normaliser = createNumberNormaliser(source, SPECIAL_NUMBERS)
    expect(normaliser.normalise(row.raw, row.kind, row.network)).toEqual({
      form: row.form,
      value: row.value,
    })
  })
})

describe('whatever stands in the field', () => {
  const normalisers = Object.values(SOURCES).map((source) =>
    createNumberNormaliser(source, SPECIAL_NUMBERS),
  )
  const anyNumber = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.stringMatching(/^[+0]{0,2}[0-9 ()#*.-]{0,18}$/),
    fc.stringMatching(/^[+0]{0,2}[0-9 ()]{3,12}[*x]{2,6}$/),
  )

  test('an E.164 number is plus and 7 to 15 digits, anything invalid keeps its text', () => {
    fc.assert(
      fc.property(anyNumber, fc.constantFrom('voice', 'sms'), (raw, kind) => {
        for (const normaliser of normalisers) {
          const { form, value } = normaliser.normalise(raw, kind, '')
          if (form === 'e164') expect(value).toMatch(/^\+[1-9]\d{6,14}$/)
          if (form === 'masked') expect(value).toMatch(/^\+[1-9]\d*\*{2,}$/)
          if (form === 'invalid') expect(value).toBe(raw)
        }
      }),
    )
  })

  test('a normalised number normalises to itself', () => {
    fc.assert(
      fc.property(anyNumber, (raw) => {
        for (const normaliser of normalisers.slice(0, 2)) {
          const once = normaliser.normalise(raw, 'voice', '')
          if (!['e164', 'masked', 'short'].includes(once.form)) continue
          expect(normaliser.normalise(once.value, 'voice', '')).toEqual(once)
        }
      }),
    )
  })
})

describe('however a number is written', () => {
  /** Country, trunk prefix, national number. */
  const NUMBERS = [
    ['31', '0', '201234567'],
    ['31', '0', '612345678'],
    ['31', '0', '9001234'],
    ['31', '0', '97012345678'],
    ['32', '0', '470123456'],
    ['32', '0', '22345678'],
    ['44', '0', '7700900123'],
    ['49', '0', '15112345678'],
    ['41', '0', '791234567'],
    ['33', '0', '612345678'],
    ['36', '06', '201234567'],
    ['7', '8', '4951234567'],
    ['1', '1', '2125550123'],
    ['39', '', '0669821234'],
    ['225', '', '0712345678'],
    ['596', '0', '696123456'],
  ] as const
  const separators = fc.constantFrom('', ' ', '-', '.', '/', '\u00a0', '\u2011', '\u2013', '\u200e')
  const writings = fc.record({
    number: fc.constantFrom(...NUMBERS),
    prefix: fc.constantFrom('+', '00'),
    brackets: fc.constantFrom('none', 'trunk', 'country', 'area'),
    code: fc.constantFrom('', '*31#', '#31#', '*31*', '*67', '*82'),
    around: fc.constantFrom(
      'X',
      'sip:X@pbx.example',
      'X@10.0.0.1',
      '"Jan" <X>',
      '<sip:X@a.nl>',
      'X#',
    ),
    separators: fc.infiniteStream(separators),
  })

  test('brackets, trunk zero, blanks, codes that hide the caller, plus or 00: one number', () => {
    const normaliser = createNumberNormaliser(defaultSource('asterisk'), SPECIAL_NUMBERS)
    fc.assert(
      fc.property(writings, ({ number: [country, trunk, national], ...how }) => {
        const apart = (digits: string) => digits.split('').join(how.separators.next().value ?? '')
        const area = how.brackets === 'area' ? `(${national.slice(0, 2)})` : national.slice(0, 2)
        const inBrackets = how.brackets === 'trunk' && trunk !== '' ? `(${trunk})` : ''
        const lead =
          how.brackets === 'country' ? `(${how.prefix}${country})` : how.prefix + apart(country)
        const digits = `${lead} ${inBrackets}${area}${apart(national.slice(2))}`
        const raw = how.around.replace(
          'X',
          how.code + (how.around === 'X' ? digits : digits.replaceAll(/[\s/]/g, '')),
        )
        expect({ raw, ...normaliser.normalise(raw, 'voice', '') }).toEqual({
          raw,
          form: 'e164',
          value: `+${country}${national}`,
        })
      }),
      { numRuns: 2_000 },
    )
  })

  test('a number of the home country written with its trunk zero is the same number', () => {
    for (const [country, trunk, national] of NUMBERS) {
      const home = country === '31' ? SOURCES['nl'] : country === '32' ? SOURCES['be'] : undefined
      if (home === undefined) continue
      const normaliser = createNumberNormaliser(home, SPECIAL_NUMBERS)
      for (const code of ['', '*31#', '#31#', '*67']) {
        const { value } = normaliser.normalise(`${code}${trunk}${national}`, 'voice', '')
        expect(value).toBe(`+${country}${national}`)
      }
    }
  })
})

function special(
  country: 'NL' | 'BE',
  digits: string,
  exact: boolean,
  kinds: UsageKind[],
): SpecialNumber {
  const destinationId = `${country}-${digits}`
  const validity = { fromMs: -Infinity, toMs: Infinity }
  return { country, digits, exact, kinds, destinationId, destinationClass: 'service', ...validity }
}

function goldenRows() {
  return readFileSync('fixtures/mediation/numbers.txt', 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .slice(1)
    .map((line) => {
      const cells = line.split(' | ').map((cell) => cell.trim().replace(/^<>$/, ''))
      const [source = '', kind, network = '', raw = '', form = '', value = ''] = cells
      const usageKind: UsageKind = kind === 'sms' ? 'sms' : 'voice'
      return { source, kind: usageKind, network: network === '-' ? '' : network, raw, form, value }
    })
}
