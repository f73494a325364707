/** What goes wrong with real files, at rates that a month of three companies shows a few times each. */
import type { Random } from './random.ts'
import type { ExchangeCounters } from './voip-day.ts'

const NOTHING: readonly string[] = []
/** One row in so many. */
const ONE_IN = { repeated: 900, cutOff: 2_500, unknown: 2_500, unreadable: 3_000, undated: 3_000 }

/** Repeats a row, cuts one off, sends one of a customer who left long ago: lines to put after it. */
export function blemishExchangeRow(
  text: () => string,
  random: Random,
  counters: ExchangeCounters,
): readonly string[] {
  if (random.below(ONE_IN.repeated) === 0) return [text()]
  if (random.below(ONE_IN.cutOff) === 0) return [`${text().slice(0, 90)}\n`]
  if (random.below(ONE_IN.unknown) === 0) {
    const unknown = text().replace(/^"[^"]*","[^"]*"/, '"vertrokken","901"')
    return [unknown.replace(/"\d+"\n$/, `"${counters.sequence++}"\n`)]
  }
  return NOTHING
}

/** An export that stumbled, a date that does not exist, a SIM that nobody has. */
export function blemishSupplierRow(text: () => string, random: Random): readonly string[] {
  if (random.below(ONE_IN.unreadable) === 0) return ['### export onderbroken, hervat ###\n']
  if (random.below(ONE_IN.undated) === 0) return [text().replace(/;\d\d-\d\d-/, ';31-02-')]
  if (random.below(ONE_IN.unknown) === 0) {
    const columns = text().split(';')
    columns[2] = '31610009999'
    columns[3] = '204169990009999'
    return [columns.join(';')]
  }
  return NOTHING
}
