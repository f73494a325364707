/** First and next increment, in seconds: `60/1` in one cell, or a number in each of two. */
import { spreadsheetDamage } from './spreadsheet-damage.ts'

export interface Increments {
  /** '' where the list leaves it to the rate. */
  readonly first: string
  readonly next: string
  readonly problem: string
}

/** Of one cell with both; one number is both. */
export function incrementsOfPair(cell: string): Increments {
  const text = cell.trim()
  if (text === '') return { first: '', next: '', problem: '' }
  const damage = spreadsheetDamage(text, 'increments')
  if (damage !== '') return { first: '', next: '', problem: damage }
  const [first = '', next = first, ...more] = text.split(/[/\-+:;|]/).map(plainSeconds)
  if (more.length > 0 || !isWhole(first) || !isWhole(next)) {
    return { first: '', next: '', problem: `the increments "${cell}" are not written as 60/1` }
  }
  return { first, next, problem: '' }
}

/** Of two cells; an empty one is the rate's. */
export function incrementsOfTwo(firstCell: string, nextCell: string): Increments {
  const [first, next] = [plainSeconds(firstCell), plainSeconds(nextCell)]
  const wrong = [first, next].find((text) => text !== '' && !isWhole(text))
  if (wrong === undefined) return { first, next, problem: '' }
  const damage = spreadsheetDamage(wrong, 'increment')
  return {
    first: '',
    next: '',
    problem: damage || `the increment "${wrong}" is no whole number of seconds`,
  }
}

function plainSeconds(text: string): string {
  return text
    .trim()
    .replace(/ ?(?:s|sec|secs|seconds)\.?$/i, '')
    .replace(/^0+(?=\d)/, '')
    .replace(/\.0+$/, '')
}

function isWhole(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text)
}
