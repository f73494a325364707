/**
 * What a list says of each code. It changes nothing before its own date: of the rows that begin before
 * it the latest holds from that date on, the others are history.
 */
import { dayToIso } from '../core/time/period.ts'
import type { Say } from './deck/deck-history.ts'
import type { ListRow } from './read/list-row.ts'
import type { ListFault, ReadList } from './read/read-list.ts'
import type { ListClaim } from './read/read-state.ts'

export interface ListSays {
  readonly byCode: ReadonlyMap<string, CodeSays>
  /** Rows that give a code a second price from the same date. */
  readonly faults: readonly ListFault[]
  readonly faultyCodes: readonly string[]
  /** Rows that begin before the list and hold from its date on. */
  readonly pastCount: number
  /** Rows that only repeat another one. */
  readonly repeatedCount: number
}

export interface CodeSays {
  /** Their days ascend. */
  readonly says: readonly Say[]
  readonly line: number
  readonly claim: ListClaim
  readonly isBlocked: boolean
}

export function saysOfList(list: Pick<ReadList, 'rows'>, listDay: number): ListSays {
  const byCode = new Map<string, CodeSays>()
  const faults: ListFault[] = []
  const faultyCodes: string[] = []
  let [pastCount, repeatedCount] = [0, 0]
  for (const [code, rows] of rowsByCode(list)) {
    const live = rows.filter(({ untilDay }) => untilDay > listDay)
    const told = live.map((row) => ({
      ...row,
      fromDay: Math.max(row.fromDay, listDay),
      saidDay: row.fromDay,
    }))
    const ordered = told.toSorted((left, right) => left.saidDay - right.saidDay)
    const kept: typeof ordered = []
    for (const row of ordered) {
      const last = kept.at(-1)
      if (last?.fromDay !== row.fromDay) kept.push(row)
      else if (last.saidDay < row.saidDay) kept[kept.length - 1] = row
      else if (isSame(last, row)) repeatedCount += 1
      else {
        const reason = `the code ${code} has another price from ${dayToIso(row.fromDay)} in line ${last.line}`
        faults.push({ line: row.line, reason })
        faultyCodes.push(code)
      }
    }
    pastCount += kept.filter(({ saidDay }) => saidDay < listDay).length
    const [first] = kept
    if (first === undefined) continue
    const says = kept.flatMap((row, index) => saysOf(row, kept[index + 1]?.fromDay ?? Infinity))
    const { line, claim, state } = first
    byCode.set(code, { says, line, claim, isBlocked: state === 'blocked' })
  }
  const ordered = faults.toSorted((left, right) => left.line - right.line)
  return { byCode, faults: ordered, faultyCodes, pastCount, repeatedCount }
}

type CodeRow = ListRow & { readonly line: number }

function rowsByCode({ rows }: Pick<ReadList, 'rows'>): Map<string, CodeRow[]> {
  const byCode = new Map<string, CodeRow[]>()
  for (const row of rows) {
    for (const code of row.codes) {
      const same = byCode.get(code)
      if (same === undefined) byCode.set(code, [row])
      else same.push(row)
    }
  }
  return byCode
}

function isSame(left: ListRow, right: ListRow): boolean {
  const { terms, untilDay, state } = left
  return terms === right.terms && untilDay === right.untilDay && state === right.state
}

/** A row ends by itself only where the next one does not begin before. */
function saysOf({ fromDay, untilDay, terms, state }: ListRow, nextDay: number): Say[] {
  const say = { fromDay, terms: state === 'priced' ? terms : undefined }
  const ends = Number.isFinite(untilDay) && untilDay < nextDay && say.terms !== undefined
  return ends ? [say, { fromDay: untilDay, terms: undefined }] : [say]
}
