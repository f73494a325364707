/** Credit notes of invented invoices: what is taken back, and that the parts give back the whole. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inventedEInvoices } from '../../../test/doubles/invented-e-invoices.ts'
import { TikError } from '../../core/failures/errors.ts'
import { micros, microsToDecimal, roundToCents } from '../../core/money/money.ts'
import { addsUp } from '../build/invoice-holds.ts'
import { invoiceTotals, taxOfLine, vatSubtotals } from '../build/vat.ts'
import type { CreditNote, Invoice, InvoiceLine } from '../invoice-model.ts'
import { buildCreditNote, type CreditWish } from './build-credit-note.ts'
import { creditMistakes, isCreditedWhole } from './credits-hold.ts'
import { whatIsLeft } from './what-is-left.ts'

const INVOICES = inventedEInvoices()
const plain = named('standard rate')
const WHOLE: CreditWish = { what: 'whole' }

test.each([...INVOICES.keys()])(
  'credited whole, an invoice and its credit note are the same money: %s',
  (name) => {
    const invoice = named(name)
    const note = credit(invoice, [], WHOLE)
    expect(note.totals).toEqual(invoice.totals)
    expect(note.vat).toEqual(invoice.vat)
    expect(note.lines.map((line) => ({ ...line, correctsLine: undefined }))).toEqual(
      invoice.lines.map((line) => ({ ...line, correctsLine: undefined })),
    )
    expect(note.lines.map(({ correctsLine }) => correctsLine)).toEqual(
      invoice.lines.map(({ lineNumber }) => lineNumber),
    )
    expect(creditMistakes(invoice, [note])).toEqual([])
    expect(isCreditedWhole(invoice, [note])).toBe(true)
  },
)

test('a credit note says what it corrects, why, and asks for no payment', () => {
  const note = credit(plain, [], { what: 'lines', lineNumbers: [2] })
  expect(note).toMatchObject({
    kind: 'credit-note',
    number: 'C1',
    reason: 'Te veel berekend',
    corrects: [{ number: plain.number, issueDay: plain.issueDay }],
    credits: 'invoice',
    dueDay: note.issueDay,
    recurringItems: [],
    oneOffChargeIds: [],
  })
  expect(note.lines.map(({ lineNumber, correctsLine }) => [lineNumber, correctsLine])).toEqual([
    [1, 2],
  ])
})

test('VAT of parts is that of all that was credited, rounded once, so that many small parts lose nothing', () => {
  const notes: CreditNote[] = []
  for (let part = 0; part < 5; part += 1) {
    notes.push(credit(plain, notes, { what: 'amount', netMicros: micros(20_000), lineNumber: 1 }))
  }
  // 0.02 has 0.0042 of VAT: by itself nothing, together 0.021.
  expect(notes.map(({ totals }) => microsToDecimal(totals.vatMicros, 2))).toEqual([
    '0.00',
    '0.01',
    '0.00',
    '0.01',
    '0.00',
  ])
  expect(creditMistakes(plain, notes)).toEqual([])
})

test('an amount of no line comes off what is credited at last', () => {
  const amount: CreditWish = { what: 'amount', netMicros: micros(1_230_000), lineNumber: undefined }
  const first = credit(plain, [], amount)
  const rest = credit(plain, [first], WHOLE)
  expect(first.lines).toMatchObject([
    { section: 'credit', description: 'Te veel berekend', quantity: 1 },
  ])
  expect(rest.lines.at(-1)).toMatchObject({
    section: 'credit',
    description: 'Eerder gecrediteerd met C1',
    quantity: -1,
    amountMicros: -1_230_000,
  })
  expect(first.totals.grossMicros + rest.totals.grossMicros).toBe(plain.totals.grossMicros)
})

test.each<[string, string, CreditWish, string]>([
  [
    'more than a line has',
    'standard rate',
    { what: 'amount', netMicros: micros(900_000_000), lineNumber: 1 },
    'more than is left of line 1',
  ],
  [
    'a line that is not there',
    'standard rate',
    { what: 'lines', lineNumbers: [99] },
    'has no line 99',
  ],
  [
    'an amount of several rates',
    'five categories at once',
    { what: 'amount', netMicros: micros(10_000), lineNumber: undefined },
    'rates of VAT',
  ],
  [
    'more than the invoice has',
    'standard rate',
    { what: 'amount', netMicros: micros(9_000_000_000), lineNumber: undefined },
    'more than is left of it',
  ],
  [
    'a discount alone',
    'discount as amount',
    { what: 'lines', lineNumbers: [named('discount as amount').lines.length] },
    '',
  ],
])('refused: %s', (_what, name, wish, text) => {
  const error = refusal(named(name), [], wish)
  expect(error?.code).toBe('credit_refused')
  expect(error?.message).toContain(text)
})

test.each<[string, string, CreditWish, string]>([
  [
    'an amount of several rates',
    'five categories at once',
    { what: 'amount', netMicros: micros(10_000), lineNumber: undefined },
    'say with --line of which line the amount is',
  ],
  [
    'a line that is not there',
    'standard rate',
    { what: 'lines', lineNumbers: [99] },
    'its lines are 1 to ',
  ],
])('what to do instead is said: %s', (_what, name, wish, hint) => {
  expect(refusal(named(name), [], wish)?.hint).toContain(hint)
})

test('what is left is said with twelve of its lines, and without them where none has anything left', () => {
  const amount = micros(9_000_000_000)
  const wish: CreditWish = { what: 'amount', netMicros: amount, lineNumber: undefined }
  const hint = refusal(named('500 lines'), [], wish)?.hint ?? ''
  expect(hint).toMatch(/^left are [\d.]+ without VAT, [\d.]+ with it \(line 1: 35\.00, line 2/)
  expect(hint.match(/line \d+: /g)).toHaveLength(12)
  expect(hint).toMatch(/\); a discount goes with what it reduces$/)
  const first = credit(plain, [], { what: 'lines', lineNumbers: [1] })
  expect(refusal(plain, [first], wish)?.hint).not.toContain('line 1: ')
})

/** A fee of 10.00 less 3.00, and 20.00 of another rate. */
function twoRates(): Invoice {
  const fee = { ...firstLine(), taxCategory: 'standard' as const, taxPercentHundredths: 2100 }
  const lines = [10, -3, 20].map((euros, index) => ({
    ...fee,
    lineNumber: index + 1,
    amountMicros: micros(euros * 1_000_000),
    exactMicros: micros(euros * 1_000_000),
    ...(index === 2 ? { taxCategory: 'zero' as const, taxPercentHundredths: 0 } : {}),
  }))
  const vat = vatSubtotals(lines.map((line) => ({ ...line, ...taxOfLine(line, []) })))
  return { ...plain, lines, vat, totals: invoiceTotals(vat) }
}

function firstLine(): InvoiceLine {
  const [line] = plain.lines
  if (line === undefined) throw new Error('it has lines')
  return line
}

const ofLines = (...lineNumbers: number[]): CreditWish => ({ what: 'lines', lineNumbers })

test('a discount is not credited of one rate with what is credited of another', () => {
  expect(refusal(twoRates(), [], ofLines(2, 3))?.message).toContain('more than is left of it')
  const note = credit(twoRates(), [], ofLines(1, 2, 3))
  expect(note.totals).toEqual(twoRates().totals)
})

test('lines that come to nothing together are no credit', () => {
  const [first, second, third] = twoRates().lines
  if (first === undefined || second === undefined || third === undefined) throw new Error('three')
  const ten = { amountMicros: micros(-10_000_000), exactMicros: micros(-10_000_000) }
  const standard = { taxCategory: 'standard' as const, taxPercentHundredths: 2100 }
  const lines = [first, { ...second, ...ten }, { ...third, ...standard }]
  const vat = vatSubtotals(lines.map((line) => ({ ...line, ...taxOfLine(line, []) })))
  const invoice = { ...plain, lines, vat, totals: invoiceTotals(vat) }
  const error = refusal(invoice, [], { what: 'lines', lineNumbers: [1, 2] })
  expect(error?.message).toBe('these lines give nothing back')
  expect(error?.hint).toBe('credit them together with the lines that they reduce')
})

test('a credit note has a row of VAT for each rate that it gives back, with its reason, and no other', () => {
  const note = credit(twoRates(), [], { what: 'lines', lineNumbers: [3] })
  expect(note.vat).toMatchObject([{ taxCategory: 'zero', netMicros: 20_000_000, vatMicros: 0 }])
  const reversed = named('reverse charge, NL to BE')
  const of = credit(reversed, [], { what: 'lines', lineNumbers: [1] })
  expect(of.vat[0]?.reason).toBe(reversed.vat[0]?.reason)
  expect(of.vat[0]?.reason).not.toBe('')
})

test('an amount that is all of a line has its exact amount, and a part of it is one piece of it', () => {
  const line = plain.lines.find(({ amountMicros, exactMicros }) => amountMicros !== exactMicros)
  if (line === undefined) throw new Error('one is rounded')
  const { lineNumber, amountMicros, exactMicros } = line
  const whole = credit(plain, [], { what: 'amount', netMicros: amountMicros, lineNumber })
  expect(whole.lines).toMatchObject([{ amountMicros, exactMicros, correctsLine: lineNumber }])
  const part = credit(plain, [], { what: 'amount', netMicros: micros(10_000), lineNumber })
  expect(part.lines).toMatchObject([
    { unit: 'item', count: 1, quantity: 1, unitPriceMicros: 10_000, exactMicros: 10_000 },
  ])
  for (const absent of ['costCentre', 'subAccountId']) {
    expect(part.lines[0]).not.toHaveProperty(absent)
  }
})

test('part of a line stays with its cost centre and its sub-account, and the document with its looks', () => {
  const [first, ...others] = plain.lines
  if (first === undefined) throw new Error('it has lines')
  const lines = [{ ...first, costCentre: '1000', subAccountId: 'wijkzorg' }, ...others]
  const invoice = { ...plain, lines, paper: { color: '#1F3A68' } }
  const wish: CreditWish = { what: 'amount', netMicros: micros(10_000), lineNumber: 1 }
  const note = credit(invoice, [], wish)
  expect(note.lines).toMatchObject([{ costCentre: '1000', subAccountId: 'wijkzorg' }])
  expect(note.paper).toEqual({ color: '#1F3A68' })
  expect(credit(plain, [], wish)).not.toHaveProperty('paper')
})

test('what was credited of no line is said with those that did, and not with the others', () => {
  const ofLine = credit(plain, [], { what: 'lines', lineNumbers: [1] })
  const amount: CreditWish = { what: 'amount', netMicros: micros(1_230_000), lineNumber: undefined }
  const ofNone = credit(plain, [ofLine], amount)
  const rest = credit(plain, [ofLine, ofNone], WHOLE)
  expect(rest.lines.at(-1)).toMatchObject({
    description: 'Eerder gecrediteerd met C2',
    product: 'none',
  })
})

test('an invoice of nothing is not credited before it is', () => {
  const nothing = named('nothing but free usage')
  expect(nothing.totals.grossMicros).toBe(0)
  expect(isCreditedWhole(nothing, [])).toBe(false)
  expect(isCreditedWhole(nothing, [credit(nothing, [], WHOLE)])).toBe(true)
})

test('a line that is not its exact amount, rounded, is seen', () => {
  const note = credit(plain, [], { what: 'lines', lineNumbers: [1] })
  const lines = note.lines.map((line) => ({
    ...line,
    exactMicros: micros(line.exactMicros + 5_000),
  }))
  expect(creditMistakes(plain, [{ ...note, lines }])).toEqual([
    'C1: a line is not its exact amount, rounded',
  ])
})

test('a line that is credited cannot be credited again', () => {
  const first = credit(plain, [], { what: 'lines', lineNumbers: [1] })
  expect(refusal(plain, [first], { what: 'lines', lineNumbers: [1] })?.message).toContain(
    'more than is left of line 1',
  )
})

test('what is left of random parts, credited at last, gives back every invoice to the cent', () => {
  const names = [...INVOICES.keys()].filter((name) => !name.startsWith('500'))
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.array(wishes(), { maxLength: 8 }), (name, parts) => {
      const invoice = named(name)
      const notes: CreditNote[] = []
      for (const part of parts) {
        const note = attempt(invoice, notes, part)
        if (note instanceof TikError) expect(note.code).toBe('credit_refused')
        else notes.push(note)
      }
      if (!isCreditedWhole(invoice, notes)) notes.push(credit(invoice, notes, WHOLE))
      const left = whatIsLeft(invoice, notes)
      expect(left.totals).toEqual({ netMicros: 0, vatMicros: 0, grossMicros: 0 })
      for (const tax of left.taxes) expect([tax.netMicros, tax.vatMicros]).toEqual([0, 0])
      for (const note of notes) {
        expect(note.totals.grossMicros).toBeGreaterThanOrEqual(0)
        for (const line of note.lines)
          expect(line.amountMicros).toBe(roundToCents(line.exactMicros))
      }
      expect(creditMistakes(invoice, notes)).toEqual([])
    }),
  )
})

test('a credit note that takes back too much, or has other VAT, is seen', () => {
  const note = credit(plain, [], { what: 'lines', lineNumbers: [1] })
  const [line] = note.lines
  if (line === undefined) throw new Error('it has a line')
  expect(creditMistakes(plain, [note, { ...note, number: 'C2' }])).toContain(
    'C2: more than line 1 had left',
  )
  const other = { ...note, totals: { ...note.totals, vatMicros: micros(0) } }
  expect(creditMistakes(plain, [other])).toEqual(['C1: the lines do not make the totals'])
  expect(creditMistakes({ ...plain, number: '2026-9' }, [note])).toEqual([
    'C1: it names another invoice than 2026-9',
  ])
  expect(isCreditedWhole(plain, [note])).toBe(false)
  expect(addsUp(plain)).toBe(true)
})

function wishes(): fc.Arbitrary<CreditWish> {
  const lineNumber = fc.integer({ min: 1, max: 12 })
  return fc.oneof(
    fc.record({
      what: fc.constant('lines' as const),
      lineNumbers: fc.array(lineNumber, { minLength: 1, maxLength: 4 }),
    }),
    fc.record({
      what: fc.constant('amount' as const),
      netMicros: fc.integer({ min: 1, max: 5_000 }).map((cents) => micros(cents * 10_000)),
      lineNumber: fc.option(lineNumber, { nil: undefined }),
    }),
  )
}

function attempt(
  invoice: Invoice,
  credits: readonly CreditNote[],
  wish: CreditWish,
): CreditNote | TikError {
  try {
    return credit(invoice, credits, wish)
  } catch (error) {
    if (error instanceof TikError) return error
    throw error
  }
}

function refusal(
  invoice: Invoice,
  credits: readonly CreditNote[],
  wish: CreditWish,
): TikError | undefined {
  const found = attempt(invoice, credits, wish)
  return found instanceof TikError ? found : undefined
}

function credit(invoice: Invoice, credits: readonly CreditNote[], wish: CreditWish): CreditNote {
  const request = { wish, reason: 'Te veel berekend', issueDay: invoice.issueDay + 9 }
  return { ...buildCreditNote(invoice, credits, request).note, number: `C${credits.length + 1}` }
}

function named(name: string): Invoice {
  const invoice = INVOICES.get(name)
  if (invoice === undefined) throw new Error(`there is no invoice ${name}`)
  return invoice
}
