/** A supplier's list taken into a deck: what it says, what that changes, and the deck that comes of it. */
import { changeReport, type ChangeReport } from './changes/change-report.ts'
import {
  coveredCountries,
  type CountryPrefix,
  type CoveredCountry,
} from './changes/covered-countries.ts'
import { foreignCodes, type ForeignCode } from './changes/foreign-codes.ts'
import { deckChanges } from './changes/list-changes.ts'
import { codeFor } from './deck/terms-for-code.ts'
import { mergeList, type DeckCodes } from './deck/merge-list.ts'
import type { TermsPool } from './deck/deck-terms.ts'
import type { ListMapping } from './list-mapping.ts'
import { readList, type ListFault } from './read/read-list.ts'
import { createSaysCollector, type ListSays } from './says-of-list.ts'

export interface ListImport {
  readonly file: string
  readonly mapping: ListMapping
  readonly listDay: number
  readonly isFull: boolean
  readonly pool: TermsPool
}

export interface DeckBefore {
  readonly codes: DeckCodes
  /** Dates of the full lists that made it, ascending. */
  readonly fullDays: readonly number[]
}

export interface ImportedList {
  readonly codes: DeckCodes
  readonly rowsCount: number
  readonly codesCount: number
  readonly notesCount: number
  readonly pastCount: number
  readonly repeatedCount: number
  /** By line: rows that cannot be used. */
  readonly faults: readonly ListFault[]
  readonly report: ChangeReport
  readonly foreign: readonly ForeignCode[]
  readonly covered: readonly CoveredCountry[]
  /** Codes that the supplier does not serve, with the line: no shorter code should price them unseen. */
  readonly blocked: readonly { readonly code: string; readonly line: number }[]
}

/** What is known of where numbers are; see changes/foreign-codes.ts and changes/covered-countries.ts. */
export interface ListCountries {
  readonly countryOf: (code: string) => string
  readonly prefixes: readonly CountryPrefix[]
}

/** Pure but for reading the file. */
export function importList(
  { file, mapping, listDay, isFull, pool }: ListImport,
  before: DeckBefore,
  countries: ListCountries,
): ImportedList {
  const collector = createSaysCollector(listDay)
  const list = readList(file, mapping, { listDay, pool }, (row, line) => collector.take(row, line))
  const says = collector.end()
  const spared = new Set([...list.faultyCodes, ...says.faultyCodes])
  const codes = mergeList(before.codes, says.byCode, {
    listDay,
    isFull,
    spared,
    fullDays: before.fullDays,
  })
  const report = changeReport(deckChanges(before.codes, codes, listDay), {
    jumpFactor: mapping.jumpFactor,
    claimOf: (code) => says.remarks.get(code)?.claim ?? '',
  })
  return {
    codes,
    rowsCount: list.rowsCount,
    codesCount: says.byCode.size,
    notesCount: list.notesCount,
    pastCount: says.pastCount,
    repeatedCount: says.repeatedCount,
    faults: [...list.faults, ...says.faults].toSorted((left, right) => left.line - right.line),
    report,
    foreign: foreignCodes(namedBy(says), countries.countryOf),
    covered: coveredCountries(namedBy(says), countries.prefixes, {
      countryOf: countries.countryOf,
      pricedBy: (prefix) => codeFor(codes, prefix, listDay),
    }),
    blocked: [...says.remarks].flatMap(([code, { isBlocked, line }]) =>
      isBlocked ? [{ code, line }] : [],
    ),
  }
}

function* namedBy({ byCode }: ListSays): Generator<readonly [string, string]> {
  for (const [code, says] of byCode) {
    const terms = says.find((say) => say.terms !== undefined)?.terms
    if (terms !== undefined) yield [code, terms.destination]
  }
}
