import { expect, test } from 'vitest'
import { TikError } from '../../core/failures/errors.ts'
import { micros } from '../../core/money/money.ts'
import type { ShownRow } from '../../reports/usage-details.ts'
import type { AccountSpans, InvoiceLedger, InvoiceSpan, UsageSum } from './invoice-ledger.ts'
import { readAhead, ROWS_AHEAD_MAX, type ForeseenSpan } from './read-ahead.ts'

const ACCOUNTS = ['a', 'b', 'c', 'd'] as const
const spanOf = (accountId: string, lateStartDays: readonly number[] = []): InvoiceSpan => ({
  accountId,
  periodStartDay: 100,
  cutOffId: 'now',
  lateStartDays,
  lateAfterCutOffId: '',
})

test('what the next accounts ask is read with what one asks, and each gets its own', async () => {
  const { ledger, asked } = countingLedger()
  const ahead = readAhead(ledger, foreseeing(ACCOUNTS.map((id) => spanOf(id))))
  for (const id of ACCOUNTS) {
    expect(await ahead.allowanceTakes(spanOf(id), 90)).toEqual([takeOf(id)])
    expect(await ahead.usageSums(spanOf(id), [])).toEqual([sumOf(id)])
    expect((await Array.fromAsync(ahead.cdrs(spanOf(id)))).flat()).toEqual([rowOf(id)])
  }
  expect(asked).toEqual(['takes a,b,c,d', 'sums a,b,c,d', 'cdrs a,b,c,d'])
})

test('an account with another history or other boundaries is asked by itself', async () => {
  const { ledger, asked } = countingLedger()
  const spans = [spanOf('a'), spanOf('b', [70]), spanOf('c'), spanOf('d')]
  const foresee = (from: InvoiceSpan): Promise<ForeseenSpan[]> =>
    Promise.resolve(
      spans
        .slice(spans.findIndex(({ accountId }) => accountId === from.accountId))
        .map((span) => ({ span, boundariesMs: span.accountId === 'd' ? [5] : [1] })),
    )
  const ahead = readAhead(ledger, foresee)
  expect(await ahead.usageSums(spanOf('a'), [1])).toEqual([sumOf('a')])
  expect(await ahead.usageSums(spanOf('c'), [1])).toEqual([sumOf('c')])
  expect(await ahead.usageSums(spanOf('b', [70]), [1])).toEqual([sumOf('b')])
  expect(await ahead.usageSums(spanOf('d'), [5])).toEqual([sumOf('d')])
  expect(asked).toEqual(['sums a,c', 'sums b', 'sums d'])
  // Asked with a history that nobody foresaw, as after another run: by itself.
  expect(await ahead.usageSums(spanOf('a', [70]), [1])).toEqual([sumOf('a')])
  expect(asked.at(-1)).toBe('sums a alone')
  expect(await ahead.allowanceTakes(spanOf('nobody'), 90)).toEqual([takeOf('nobody')])
  expect(asked.at(-1)).toBe('takes nobody alone')
})

test('a sum that is beyond exact blocks its own account only', async () => {
  const { ledger, asked } = countingLedger()
  const failing: InvoiceLedger = {
    ...ledger,
    usageSumsOf: () => Promise.reject(new TikError('quantity_overflow', 'of b')),
    usageSums: (span, boundaries) =>
      span.accountId === 'b'
        ? Promise.reject(new TikError('quantity_overflow', 'of b'))
        : ledger.usageSums(span, boundaries),
  }
  const ahead = readAhead(failing, foreseeing(ACCOUNTS.map((id) => spanOf(id))))
  expect(await ahead.usageSums(spanOf('a'), [])).toEqual([sumOf('a')])
  await expect(ahead.usageSums(spanOf('b'), [])).rejects.toThrow('of b')
  expect(await ahead.usageSums(spanOf('c'), [])).toEqual([sumOf('c')])
  expect(asked).toEqual(['sums a alone', 'sums c alone'])
})

test('an account with more rows than may be held is streamed', async () => {
  const { ledger, asked } = countingLedger({ a: 10, b: ROWS_AHEAD_MAX, c: 10, d: 10 })
  const ahead = readAhead(ledger, foreseeing(ACCOUNTS.map((id) => spanOf(id))))
  await ahead.usageSums(spanOf('a'), [])
  for (const id of ACCOUNTS) {
    expect((await Array.fromAsync(ahead.cdrs(spanOf(id)))).flat()).toEqual([rowOf(id)])
  }
  expect(asked).toEqual(['sums a,b,c,d', 'cdrs a alone', 'cdrs b alone', 'cdrs c,d'])
})

test('as many rows as may be held are held', async () => {
  const { ledger, asked } = countingLedger({ a: ROWS_AHEAD_MAX - 10, b: 10, c: 1 })
  const ahead = readAhead(ledger, foreseeing(['a', 'b', 'c'].map((id) => spanOf(id))))
  await ahead.usageSums(spanOf('a'), [])
  await Array.fromAsync(ahead.cdrs(spanOf('a')))
  expect(asked.at(-1)).toBe('cdrs a,b')
})

test('rows can be read twice, and who has none is told nothing', async () => {
  const { ledger } = countingLedger()
  const without: InvoiceLedger = {
    ...ledger,
    async *cdrsOf(spans) {
      for await (const rows of ledger.cdrsOf(spans)) {
        yield rows.filter(({ accountId }) => accountId !== 'b')
      }
    },
  }
  const ahead = readAhead(without, foreseeing(ACCOUNTS.map((id) => spanOf(id))))
  await ahead.usageSums(spanOf('a'), [])
  expect(await Array.fromAsync(ahead.cdrs(spanOf('a')))).toEqual([[rowOf('a')]])
  expect(await Array.fromAsync(ahead.cdrs(spanOf('b')))).toEqual([])
  expect(await Array.fromAsync(ahead.cdrs(spanOf('a')))).toEqual([[rowOf('a')]])
})

function foreseeing(spans: readonly InvoiceSpan[]) {
  return (from: InvoiceSpan): Promise<ForeseenSpan[]> =>
    Promise.resolve(
      spans
        .slice(spans.findIndex(({ accountId }) => accountId === from.accountId))
        .map((span) => ({ span, boundariesMs: [] })),
    )
}

/** Answers with the account's id in it, and notes what it was asked. */
function countingLedger(rowsCounts: Readonly<Record<string, number>> = {}): {
  ledger: InvoiceLedger
  asked: string[]
} {
  const asked: string[] = []
  const noted = (what: string, { accountIds }: AccountSpans): readonly string[] => {
    asked.push(`${what} ${accountIds.join(',')}`)
    return accountIds
  }
  const parts: Partial<InvoiceLedger> = {
    usageSums: ({ accountId }) => {
      asked.push(`sums ${accountId} alone`)
      return Promise.resolve([sumOf(accountId)])
    },
    usageSumsOf: (spans) =>
      Promise.resolve(
        new Map(
          noted('sums', spans).map((id) => [
            id,
            { sums: [sumOf(id)], rowsCount: rowsCounts[id] ?? 1 },
          ]),
        ),
      ),
    allowanceTakes: ({ accountId }) => {
      asked.push(`takes ${accountId} alone`)
      return Promise.resolve([takeOf(accountId)])
    },
    allowanceTakesOf: (spans) =>
      Promise.resolve(new Map(noted('takes', spans).map((id) => [id, [takeOf(id)]]))),
    async *cdrs({ accountId }) {
      asked.push(`cdrs ${accountId} alone`)
      yield await Promise.resolve([rowOf(accountId)])
    },
    async *cdrsOf(spans) {
      for (const id of noted('cdrs', spans)) yield await Promise.resolve([rowOf(id)])
    },
  }
  return { ledger: parts as InvoiceLedger, asked }
}

function sumOf(accountId: string): UsageSum {
  return {
    periodStartDay: 100,
    late: false,
    subscriptionId: `${accountId}-1`,
    product: 'mobile',
    kind: 'voice',
    callType: 'national',
    fromMs: -Infinity,
    count: 1,
    quantity: 60,
    outOfBundleQuantity: 0,
    chargeMicros: micros(10),
    informationChargeMicros: micros(0),
  }
}

function takeOf(accountId: string) {
  return { key: `bundle|${accountId}`, quantity: 1, ownQuantity: 1 }
}

function rowOf(accountId: string): ShownRow {
  return { accountId } as ShownRow
}
