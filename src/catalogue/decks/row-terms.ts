/** What a row of a price deck says of the price; what it leaves open comes from the rate. */
import { microsFromDecimal } from '../../core/money/money.ts'

export interface RowTerms {
  /** Decimals; of a minute for calls, of one message or event otherwise. */
  readonly price: string | undefined
  readonly connectFee: string | undefined
  readonly firstIncrement: number | undefined
  readonly nextIncrement: number | undefined
  readonly minimum: string | undefined
  readonly maximum: string | undefined
  /** Units at the beginning that cost nothing; what ends in them costs nothing at all. */
  readonly freeQuantity: number
  /** Who gets the money. */
  readonly party: string
  /** By the name of a time band of the rate. */
  readonly bandPrices: ReadonlyMap<string, string>
}

/** The columns of a row's terms in the order of their text; prices in bands follow as `NAME=PRICE`. */
export const TERM_COLUMNS = [
  'price',
  'fee',
  'first',
  'next',
  'minimum',
  'maximum',
  'free',
  'party',
] as const
export const TERM_SEPARATOR = '\t'

const AMOUNT = /^\d{1,9}(?:\.\d{1,6})?$/
const UNITS = /^[1-9]\d{0,6}$|^0$/

/** Of the text that `TERM_COLUMNS` joins. */
export function parseTerms(text: string): RowTerms {
  const [price, fee, first, next, minimum, maximum, free, party, ...bands] =
    text.split(TERM_SEPARATOR)
  return {
    price: given(price),
    connectFee: given(fee),
    firstIncrement: unitsOf(first),
    nextIncrement: unitsOf(next),
    minimum: given(minimum),
    maximum: given(maximum),
    freeQuantity: unitsOf(free) ?? 0,
    party: party ?? '',
    bandPrices: new Map(
      bands.map((band): [string, string] => {
        const at = band.lastIndexOf('=')
        return [band.slice(0, at), band.slice(at + 1)]
      }),
    ),
  }
}

/** What is wrong with terms, one sentence each; nothing for those that can be used. */
export function termProblems(text: string): string[] {
  const cells = text.split(TERM_SEPARATOR)
  const problems: string[] = []
  for (const [index, column] of TERM_COLUMNS.entries()) {
    const cell = cells[index] ?? ''
    if (cell === '' || column === 'party') continue
    if (column === 'first' || column === 'next' || column === 'free') {
      if (!UNITS.test(cell)) problems.push(`${column} "${cell}" is no whole number of units`)
      else if (cell === '0' && column !== 'free') {
        problems.push(`${column}: an increment of 0 never ends`)
      }
    } else if (!AMOUNT.test(cell)) problems.push(noPrice(column, cell))
  }
  for (const band of cells.slice(TERM_COLUMNS.length)) {
    const at = band.lastIndexOf('=')
    const price = band.slice(at + 1)
    if (!AMOUNT.test(price)) problems.push(noPrice(`price@${band.slice(0, at)}`, price))
  }
  const { minimum, maximum } = parseTerms(text)
  if (problems.length === 0 && minimum !== undefined && maximum !== undefined) {
    if (microsFromDecimal(minimum) > microsFromDecimal(maximum)) {
      problems.push(`the minimum ${minimum} is above the maximum ${maximum}`)
    }
  }
  return problems
}

function noPrice(column: string, cell: string): string {
  return `${column} "${cell}" is no price: write a decimal of at most nine digits and six decimals, such as 0.0125`
}

function given(cell: string | undefined): string | undefined {
  return cell === undefined || cell === '' ? undefined : cell
}

function unitsOf(cell: string | undefined): number | undefined {
  return cell === undefined || cell === '' ? undefined : Number.parseInt(cell, 10)
}
