/** What another agreement would change on an invoice: the lines that would go, and those that would come. */
import type { Micros } from '../../core/money/money.ts'
import type { Invoice, InvoiceLine } from '../invoice-model.ts'

export interface DraftDifference {
  readonly gone: readonly InvoiceLine[]
  readonly come: readonly InvoiceLine[]
  /** Without VAT; undefined where there is no invoice. */
  readonly netBeforeMicros: Micros | undefined
  readonly netAfterMicros: Micros | undefined
}

/** A line that says the same is no difference, wherever it stands. */
export function compareDrafts(
  before: Invoice | undefined,
  after: Invoice | undefined,
): DraftDifference {
  return {
    gone: missingIn(after, before),
    come: missingIn(before, after),
    netBeforeMicros: before?.totals.netMicros,
    netAfterMicros: after?.totals.netMicros,
  }
}

/** Of `of`, each as often as it stands there more. */
function missingIn(there: Invoice | undefined, of: Invoice | undefined): InvoiceLine[] {
  const counts = new Map<string, number>()
  for (const line of there?.lines ?? []) {
    const key = contentOf(line)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return (of?.lines ?? []).filter((line) => {
    const key = contentOf(line)
    const left = counts.get(key) ?? 0
    counts.set(key, left - 1)
    return left <= 0
  })
}

function contentOf({ lineNumber: _place, ...said }: InvoiceLine): string {
  return JSON.stringify(said)
}
