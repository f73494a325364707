/** What goes wrong with real files, at rates that a month of three companies shows a few times each. */
import type { Random } from './random.ts'
import type { ExchangeCounters, WrittenRow } from './voip-day.ts'

/** One row in so many. */
const ONE_IN = { repeated: 900, cutOff: 2_500, unknown: 2_500, unreadable: 3_000, undated: 3_000 }

/** Repeats a row, cuts one off, sends one of a customer who left long ago. */
export function blemishExchangeRows(
  rows: readonly WrittenRow[],
  random: Random,
  counters: ExchangeCounters,
): WrittenRow[] {
  const written: WrittenRow[] = []
  for (const row of rows) {
    written.push(row)
    const { second, text } = row
    if (random.below(ONE_IN.repeated) === 0) written.push(row)
    if (random.below(ONE_IN.cutOff) === 0) written.push({ second, text: `${text.slice(0, 90)}\n` })
    if (random.below(ONE_IN.unknown) === 0) {
      const unknown = text.replace(/^"[^"]*","[^"]*"/, '"vertrokken","901"')
      const numbered = unknown.replace(/"\d+"\n$/, `"${counters.sequence++}"\n`)
      written.push({ second, text: numbered })
    }
  }
  return written
}

/** An export that stumbled, a date that does not exist, a SIM that nobody has. */
export function blemishSupplierRows(rows: readonly WrittenRow[], random: Random): WrittenRow[] {
  const written: WrittenRow[] = []
  for (const row of rows) {
    written.push(row)
    const { second, text } = row
    if (random.below(ONE_IN.unreadable) === 0) {
      written.push({ second, text: '### export onderbroken, hervat ###\n' })
    }
    if (random.below(ONE_IN.undated) === 0) {
      written.push({ second, text: text.replace(/;\d\d-\d\d-/, ';31-02-') })
    }
    if (random.below(ONE_IN.unknown) === 0) {
      const columns = text.split(';')
      columns[2] = '31610009999'
      columns[3] = '204169990009999'
      written.push({ second, text: columns.join(';') })
    }
  }
  return written
}
