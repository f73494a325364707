import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { micros } from '../core/money/money.ts'
import { amountText, EXCEL_CSV, harmless, PLAIN_CSV, usageCsv } from './usage-csv.ts'
import type { UsageDetail } from './usage-details.ts'

const detail: UsageDetail = {
  startMs: Date.parse('2026-10-25T00:30:00.250Z'),
  startLocal: '2026-10-25 02:30:00',
  accountId: 'a1',
  subscriptionId: '=HYPERLINK("http://x")',
  product: 'mobile',
  kind: 'sms',
  direction: 'out',
  callType: 'sms',
  servedNumber: '+31612345678',
  sender: '@Bank; "Ü" & Co',
  receiver: '+32470123456',
  destination: 'be-mobile',
  visitedNetwork: '',
  durationSeconds: 0,
  volumeBytes: 0,
  quantity: 1,
  outOfBundleQuantity: 1,
  billedQuantity: 1,
  chargeMicros: micros(-42_300),
  informationChargeMicros: micros(1_300_000),
  amountMicros: micros(1_257_700),
  rateId: 'r',
  periodStartDay: 20_727,
  late: true,
  entryKind: 'correction',
  usageId: '-1',
  entryId: 'files/1/2',
}

async function* once(...rows: UsageDetail[]) {
  yield rows
}

async function csvOf(options: typeof PLAIN_CSV): Promise<string> {
  let text = ''
  for await (const piece of usageCsv(once(detail), options)) text += piece
  return text
}

test('a row read back is what was written, with formulas made harmless', async () => {
  const [row] = parse<Record<string, string>>(await csvOf(PLAIN_CSV), { columns: true })
  expect(row).toMatchObject({
    start: '2026-10-25 02:30:00',
    start_utc: '2026-10-25T00:30:00.250Z',
    subscription: `'=HYPERLINK("http://x")`,
    number: '+31612345678',
    sender: `'@Bank; "Ü" & Co`,
    charge: '-0.0423',
    information_charge: '1.30',
    amount: '1.2577',
    period: '2026-10-01',
    late: 'yes',
    usage_id: "'-1",
  })
})

test('for Excel: byte order mark, semicolons, decimal commas, Windows line ends', async () => {
  const text = await csvOf(EXCEL_CSV)
  expect(text.startsWith('\uFEFFstart;start_utc;account;')).toBe(true)
  expect(text).toContain(';-0,0423;1,30;1,2577;')
  expect(text.split('\r\n')).toHaveLength(3)
})

test.each`
  amount            | text
  ${0}              | ${'0.00'}
  ${1}              | ${'0.000001'}
  ${250_000}        | ${'0.25'}
  ${12_000_000}     | ${'12.00'}
  ${-1_234_567_890} | ${'-1234.56789'}
`('$amount micros reads $text', ({ amount, text }) => {
  expect(amountText(micros(amount))).toBe(text)
})

test.each(['=1+1', '+1+cmd', '-1', '@x', '\tx', '\r=x', '+', '+31 6'])(
  '%j gets an apostrophe',
  (text) => {
    expect(harmless(text)).toBe(`'${text}`)
  },
)

test.each(['', '+31612345678', '0900-1234', 'Bank', '112', "'x"])('%j stays as it is', (text) => {
  expect(harmless(text)).toBe(text)
})
