/**
 * A ledger for a bill run, which goes through accounts in order: what the next accounts will ask is read
 * with what one asks, as a query costs the ledger nearly as much for one account as for fifty. Answers are
 * those of the ledger itself; what was not foreseen is asked as always.
 */
import { TikError } from '../../core/failures/errors.ts'
import type { ShownRow } from '../../reports/usage-details.ts'
import type { AccountSpans, InvoiceLedger, InvoiceSpan } from './invoice-ledger.ts'

/** What an account of the run is going to ask. */
export interface ForeseenSpan {
  readonly span: InvoiceSpan
  readonly boundariesMs: readonly number[]
}

/** That of an account, and those of the accounts behind it: at most `ACCOUNTS_AHEAD_MAX`. */
export type Foresee = (from: InvoiceSpan) => Promise<readonly ForeseenSpan[]>

/** Accounts of one question. */
export const ACCOUNTS_AHEAD_MAX = 50
/** Rows that are held for CDR files; those of an account with more are streamed. */
export const ROWS_AHEAD_MAX = 10_000
/** Documents of an account are written a little after it was billed. */
const GENERATIONS = 2

export function readAhead(ledger: InvoiceLedger, foresee: Foresee): InvoiceLedger {
  const rows = rowsAhead(ledger)
  const usageSums = answersAhead(foresee, (spans, boundariesMs) =>
    ledger.usageSumsOf(spans, boundariesMs),
  )
  const takes = new Map<number, ReturnType<typeof takesFrom>>()
  const takesFrom = (fromStartDay: number) =>
    answersAhead(foresee, (spans) => ledger.allowanceTakesOf(spans, fromStartDay))
  return {
    ...ledger,
    async usageSums(span, boundariesMs) {
      const read = await usageSums({ span, boundariesMs })
      if (read === undefined) return ledger.usageSums(span, boundariesMs)
      if (read.isNew) {
        rows.expect(
          read.alike.map((each) => ({ span: each.span, rowsCount: read.of(each)?.rowsCount ?? 0 })),
        )
      }
      return read.of({ span, boundariesMs })?.sums ?? []
    },
    async allowanceTakes(span, fromStartDay) {
      const known = takes.get(fromStartDay) ?? takesFrom(fromStartDay)
      takes.clear() // One is enough: all accounts of a month ask from one day.
      takes.set(fromStartDay, known)
      const read = await known({ span, boundariesMs: [] })
      if (read === undefined) return ledger.allowanceTakes(span, fromStartDay)
      return read.of({ span, boundariesMs: [] }) ?? []
    },
    cdrs: (span) => rows.read(span),
  }
}

interface Read<Answer> {
  /** Just read, for all these. */
  readonly isNew: boolean
  readonly alike: readonly ForeseenSpan[]
  readonly of: (asked: ForeseenSpan) => Answer | undefined
}

/** Asks for accounts that are alike at once; undefined where that gave no answer, so that one asks alone. */
function answersAhead<Answer>(
  foresee: Foresee,
  ask: (
    spans: AccountSpans,
    boundariesMs: readonly number[],
  ) => Promise<ReadonlyMap<string, Answer>>,
): (asked: ForeseenSpan) => Promise<Read<Answer> | undefined> {
  let known = new Map<string, Answer | undefined>()
  let alike: readonly ForeseenSpan[] = []
  const of = (asked: ForeseenSpan): Answer | undefined => known.get(keyOf(asked))
  return async (asked) => {
    if (known.has(keyOf(asked))) return { isNew: false, alike, of }
    const foreseen = await foresee(asked.span)
    // A question without boundaries is one for all that differ in nothing else.
    const all = asked.boundariesMs.length === 0 ? foreseen.map(withoutBoundaries) : foreseen
    alike = all.filter((each) => groupOf(each) === groupOf(asked))
    if (!alike.some((each) => keyOf(each) === keyOf(asked))) return undefined
    try {
      const answers = await ask(spansOf(alike), asked.boundariesMs)
      known = new Map(alike.map((each) => [keyOf(each), answers.get(each.span.accountId)]))
    } catch (error) {
      if (error instanceof TikError) return undefined // It can be about another account.
      throw error
    }
    return { isNew: true, alike, of }
  }
}

interface ExpectedRows {
  readonly span: InvoiceSpan
  readonly rowsCount: number
}

interface HeldRows {
  readonly accounts: Set<string>
  readonly rows: Promise<Map<string, ShownRow[]>>
}

/** Rows of the accounts behind the one that is asked, as many as may be held. */
function rowsAhead(ledger: InvoiceLedger) {
  let expected: (readonly ExpectedRows[])[] = []
  let held: HeldRows[] = []

  function hold(from: InvoiceSpan): HeldRows | undefined {
    const group = groupToHold(expected.flat(), from)
    if (group.length < 2) return undefined
    const read: HeldRows = {
      accounts: new Set(group.map((span) => rowsKey(span))),
      rows: byAccount(ledger.cdrsOf(spansOf(group.map((span) => ({ span, boundariesMs: [] }))))),
    }
    read.rows.catch(() => undefined) // Whoever asks for them hears of it.
    held = [...held, read].slice(-GENERATIONS)
    return read
  }

  return {
    expect(next: readonly ExpectedRows[]): void {
      expected = [...expected, next].slice(-GENERATIONS)
    },
    async *read(span: InvoiceSpan): AsyncGenerator<ShownRow[]> {
      const key = rowsKey(span)
      const found = held.find(({ accounts }) => accounts.has(key)) ?? hold(span)
      if (found === undefined) {
        yield* ledger.cdrs(span)
        return
      }
      found.accounts.delete(key)
      const rows = await found.rows
      const own = rows.get(span.accountId) ?? []
      rows.delete(span.accountId)
      if (own.length > 0) yield own
    },
  }
}

function groupToHold(expected: readonly ExpectedRows[], from: InvoiceSpan): InvoiceSpan[] {
  const first = expected.findIndex(({ span }) => rowsKey(span) === rowsKey(from))
  if (first < 0) return []
  const group: InvoiceSpan[] = []
  let rowsCount = 0
  for (const next of expected.slice(first)) {
    rowsCount += next.rowsCount
    if (rowsCount > ROWS_AHEAD_MAX) break
    if (
      groupOf({ span: next.span, boundariesMs: [] }) !== groupOf({ span: from, boundariesMs: [] })
    )
      continue
    group.push(next.span)
  }
  return group
}

async function byAccount(chunks: AsyncIterable<ShownRow[]>): Promise<Map<string, ShownRow[]>> {
  const found = new Map<string, ShownRow[]>()
  for await (const rows of chunks) {
    for (const row of rows) {
      const ofAccount = found.get(row.accountId)
      if (ofAccount === undefined) found.set(row.accountId, [row])
      else ofAccount.push(row)
    }
  }
  return found
}

function withoutBoundaries({ span }: ForeseenSpan): ForeseenSpan {
  return { span, boundariesMs: [] }
}

function spansOf(alike: readonly ForeseenSpan[]): AccountSpans {
  const [first] = alike
  if (first === undefined) throw new RangeError('nothing is asked')
  return { ...first.span, accountIds: alike.map(({ span }) => span.accountId) }
}

function keyOf(asked: ForeseenSpan): string {
  return `${asked.span.accountId}|${groupOf(asked)}`
}

function rowsKey(span: InvoiceSpan): string {
  return keyOf({ span, boundariesMs: [] })
}

function groupOf({ span, boundariesMs }: ForeseenSpan): string {
  const { periodStartDay, cutOffId, lateStartDays, lateAfterCutOffId } = span
  return JSON.stringify([periodStartDay, cutOffId, lateStartDays, lateAfterCutOffId, boundariesMs])
}
