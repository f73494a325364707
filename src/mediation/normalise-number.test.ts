import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SpecialNumber } from '../catalogue/catalogue.ts'
import type { UsageKind } from '../core/usage.ts'
import type { SourceConfig } from '../ingest/format.ts'
import { createNumberNormaliser } from './normalise-number.ts'
import { defaultSource } from './sources.ts'

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
  )

  test('an E.164 number is plus and 7 to 15 digits, anything invalid keeps its text', () => {
    fc.assert(
      fc.property(anyNumber, fc.constantFrom('voice', 'sms'), (raw, kind) => {
        for (const normaliser of normalisers) {
          const { form, value } = normaliser.normalise(raw, kind, '')
          if (form === 'e164') expect(value).toMatch(/^\+[1-9]\d{6,14}$/)
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
          if (once.form !== 'e164' && once.form !== 'short') continue
          expect(normaliser.normalise(once.value, 'voice', '')).toEqual(once)
        }
      }),
    )
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
