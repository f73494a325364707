/**
 * What entries of the ledger cost us by today's catalogue, where that is not what is known: those rated before their
 * source named a supplier, and those whose supplier's prices changed since. The charge is left alone.
 */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { HomeCountry } from '../../core/accounts/accounts.ts'
import { negateMicros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import { isBeyondRetention } from '../../core/usage/beyond-retention.ts'
import { entryId } from '../../core/usage/ids.ts'
import type { LedgerRow } from '../../core/usage/ledger-row.ts'
import { createCostBook, type UsageCost } from '../../rating/cost/usage-cost.ts'
import { compileRates } from '../../rating/price/compiled-rate.ts'

export interface FoundCost extends UsageCost {
  readonly row: LedgerRow
  readonly supplier: string
  /** What was known before; '' for nothing. */
  readonly before: Readonly<UsageCost>
}

export interface CostingQuestion {
  readonly catalogue: Catalogue
  readonly home: HomeCountry
  /** By the id of a source, for what was rated before it named one. */
  readonly supplierOfSource: ReadonlyMap<string, string>
  /** Costs that were found out before, by the entry's id. */
  readonly known: ReadonlyMap<string, Readonly<UsageCost>>
}

/** Nothing of an entry whose cost cannot be told, or is what is known. */
export function createCosting(
  question: CostingQuestion,
): (row: LedgerRow) => FoundCost | undefined {
  const { catalogue, home, supplierOfSource, known } = question
  const rates = [...catalogue.rates.values()].map((each) => {
    return [each.rateId, compileRates(each, catalogue.priceDecks)] as const
  })
  const book = createCostBook(catalogue, new Map(rates))
  const cost: UsageCost = { costMicros: ZERO_MICROS, costRateId: '' }

  return (row) => {
    if (row.outcome !== 'rated' || row.entryKind === 'adjustment' || isBeyondRetention(row)) {
      return undefined
    }
    const ofSource = isBetweenColleagues(row) ? undefined : supplierOfSource.get(sourceOf(row))
    const supplier = row.supplier || (ofSource ?? '')
    const isReversal = row.entryKind === 'reversal'
    const quantity = isReversal ? -row.quantity : row.quantity
    book.costOf({ ...row, supplier, quantity }, home, cost)
    if (cost.costRateId === '') return undefined
    const costMicros: Micros = isReversal ? negateMicros(cost.costMicros) : cost.costMicros
    const before = known.get(entryId(row)) ?? row
    if (before.costRateId === cost.costRateId && before.costMicros === costMicros) return undefined
    const { costRateId } = cost
    return { row, supplier, costMicros, costRateId, before: costOf(before) }
  }
}

function costOf({ costMicros, costRateId }: Readonly<UsageCost>): UsageCost {
  return { costMicros, costRateId }
}

/** Ids of usage begin with their source. */
function sourceOf({ usageId }: LedgerRow): string {
  return usageId.slice(0, Math.max(0, usageId.indexOf(':')))
}

/** A call or message out that has no destination never left the exchange. */
function isBetweenColleagues({ kind, direction, destination }: LedgerRow): boolean {
  const goesOut = direction === 'out' || direction === 'forwarded'
  return goesOut && destination === '' && kind !== 'data' && kind !== 'event'
}
