/**
 * What a list says of each code. It changes nothing before its own date: of the rows that begin before
 * it the latest holds from that date on, the others are history.
 */
import { dayToIso } from '../core/time/period.ts'
import type { Say } from './deck/deck-history.ts'
import type { DeckTerms } from './deck/deck-terms.ts'
import type { ListRow } from './read/list-row.ts'
import type { ListFault } from './read/read-list.ts'
import type { ListClaim } from './read/read-state.ts'

export interface ListSays {
  /** Days of a code ascend. */
  readonly byCode: ReadonlyMap<string, readonly Say[]>
  /** Of the codes of which the list tells more than a price. */
  readonly remarks: ReadonlyMap<string, CodeRemark>
  /** Rows that give a code a second price from the same date. */
  readonly faults: readonly ListFault[]
  readonly faultyCodes: readonly string[]
  /** Codes whose row begins before the list: it holds from the list's date on. */
  readonly pastCount: number
  /** Rows that only repeat another one. */
  readonly repeatedCount: number
}

export interface CodeRemark {
  readonly line: number
  readonly claim: ListClaim
  readonly isBlocked: boolean
}

/** Takes row after row; nothing of a row is kept but what it says. */
export interface SaysCollector {
  take(row: ListRow, line: number): void
  end(): ListSays
}

export function createSaysCollector(listDay: number): SaysCollector {
  // Most codes have one row: a list of one for each would be as large as the rows.
  const rowsByCode = new Map<string, SaidRow | SaidRow[]>()
  return {
    take({ codes, ...said }, line) {
      const row = { ...said, line }
      for (const code of codes) {
        const same = rowsByCode.get(code)
        if (same === undefined) rowsByCode.set(code, row)
        else if (Array.isArray(same)) same.push(row)
        else rowsByCode.set(code, [same, row])
      }
    },
    end: () => saysOf(rowsByCode, listDay),
  }
}

type SaidRow = Omit<ListRow, 'codes'> & { readonly line: number }

function saysOf(rowsByCode: Map<string, SaidRow | SaidRow[]>, listDay: number): ListSays {
  const byCode = new Map<string, readonly Say[]>()
  const remarks = new Map<string, CodeRemark>()
  const faults: ListFault[] = []
  const faultyCodes: string[] = []
  const pool = createSayPool()
  let [pastCount, repeatedCount] = [0, 0]
  for (const [code, given] of rowsByCode) {
    const live = (Array.isArray(given) ? given : [given]).filter(
      ({ untilDay }) => untilDay > listDay,
    )
    const kept: SaidRow[] = []
    for (const row of live.toSorted((left, right) => left.fromDay - right.fromDay)) {
      const last = kept.at(-1)
      const isSameDay = last !== undefined && heldFrom(last, listDay) === heldFrom(row, listDay)
      if (!isSameDay) kept.push(row)
      else if (last.fromDay < row.fromDay) kept[kept.length - 1] = row
      else if (isSame(last, row)) repeatedCount += 1
      else {
        const day = dayToIso(heldFrom(row, listDay))
        faults.push({
          line: row.line,
          reason: `the code ${code} has another price from ${day} in line ${last.line}`,
        })
        faultyCodes.push(code)
      }
    }
    const [first] = kept
    if (first === undefined) continue
    if (first.fromDay < listDay) pastCount += 1
    byCode.set(code, saysOfRows(kept, listDay, pool))
    const { line, claim, state } = first
    if (claim !== '' || state === 'blocked')
      remarks.set(code, { line, claim, isBlocked: state === 'blocked' })
  }
  const ordered = faults.toSorted((left, right) => left.line - right.line)
  return { byCode, remarks, faults: ordered, faultyCodes, pastCount, repeatedCount }
}

function heldFrom({ fromDay }: SaidRow, listDay: number): number {
  return Math.max(fromDay, listDay)
}

function isSame(left: SaidRow, right: SaidRow): boolean {
  const { terms, untilDay, state } = left
  return terms === right.terms && untilDay === right.untilDay && state === right.state
}

/** A row ends by itself only where the next one does not begin before. */
function saysOfRows(rows: readonly SaidRow[], listDay: number, pool: SayPool): readonly Say[] {
  const [only, ...others] = rows
  if (only !== undefined && others.length === 0 && only.untilDay === Infinity) {
    return pool.one(heldFrom(only, listDay), termsOf(only))
  }
  return rows.flatMap((row, index) => {
    const next = rows[index + 1]
    const nextDay = next === undefined ? Infinity : heldFrom(next, listDay)
    const terms = termsOf(row)
    const said = pool.one(heldFrom(row, listDay), terms)
    const ends = Number.isFinite(row.untilDay) && row.untilDay < nextDay && terms !== undefined
    return ends ? [...said, { fromDay: row.untilDay, terms: undefined }] : said
  })
}

function termsOf({ state, terms }: SaidRow): DeckTerms | undefined {
  return state === 'priced' ? terms : undefined
}

/** Many codes of a list say the same from the same day: they share it. */
interface SayPool {
  one(fromDay: number, terms: DeckTerms | undefined): readonly Say[]
}

function createSayPool(): SayPool {
  const byTerms = new Map<DeckTerms | undefined, Map<number, readonly Say[]>>()
  return {
    one(fromDay, terms) {
      const byDay = byTerms.get(terms) ?? new Map<number, readonly Say[]>()
      byTerms.set(terms, byDay)
      const says = byDay.get(fromDay) ?? [{ fromDay, terms }]
      byDay.set(fromDay, says)
      return says
    },
  }
}
