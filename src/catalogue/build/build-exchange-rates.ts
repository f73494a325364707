/** What a unit of another currency is in EUR: dated rows, each of which holds until the next. */
import type { BuildContext } from './build-context.ts'
import type { ExchangeRate } from '../catalogue.ts'
import { linePlace } from '../read/catalogue-problem.ts'
import type { CsvRow } from '../read/csv-file.ts'

const RATE = /^\d{1,9}(?:\.\d{1,10})?$/

export function buildExchangeRates(context: BuildContext): Map<string, readonly ExchangeRate[]> {
  const { folder, problems } = context
  const byCurrency = Map.groupBy(folder.exchangeRateRows, ({ cells }) => cells['currency'] ?? '')
  const built = [...byCurrency].map(([currency, rows]): [string, ExchangeRate[]] => {
    for (const row of rows) checkRow(row, context)
    const dated = rows
      .map((row) => ({ row, ...validityOf(row, context) }))
      .toSorted((left, right) => left.fromMs - right.fromMs)
    return [
      currency,
      dated.map(({ row, fromMs }, index) => {
        const next = dated[index + 1]
        if (next?.fromMs === fromMs) {
          const message = `${currency} has a rate from that day already, in ${row.file}:${row.line}`
          problems.error(linePlace(next.row.file, next.row.line), [], message)
        }
        return { rate: row.cells['rate'] ?? '', fromMs, toMs: next?.fromMs ?? Infinity }
      }),
    ]
  })
  return new Map(built)
}

function checkRow({ file, line, cells }: CsvRow, { problems }: BuildContext): void {
  const place = linePlace(file, line)
  const { currency = '', rate = '', from = '' } = cells
  if (!/^[A-Z]{3}$/.test(currency) || currency === 'EUR') {
    problems.error(place, [], `"${currency}" is no other currency than EUR, such as USD`)
  }
  if (!RATE.test(rate) || !/[1-9]/.test(rate)) {
    problems.error(
      place,
      [],
      `"${rate}" is no rate: what one ${currency} is in EUR, such as 0.9031`,
    )
  }
  if (from === '') problems.error(place, [], `the rate of ${currency} has no "from"`)
}

function validityOf({ file, line, cells }: CsvRow, context: BuildContext) {
  return context.validityOf({ from: cells['from'] }, linePlace(file, line), [])
}
