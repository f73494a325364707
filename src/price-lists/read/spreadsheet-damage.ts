/** What a spreadsheet made of a cell that was something else, and cannot be told back. */

/** One sentence, or '' for a cell that looks whole. */
export function spreadsheetDamage(cell: string, what: string): string {
  if (SCIENTIFIC.test(cell)) {
    return `the ${what} "${cell}" is what a spreadsheet left of a long number: its last digits are lost`
  }
  if (DAY_MONTH.test(cell) || MONTH_YEAR.test(cell) || ISO_DATE.test(cell)) {
    return `the ${what} "${cell}" is a date that a spreadsheet made of something else`
  }
  if (cell.startsWith('##'))
    return `the ${what} is "${cell}": a spreadsheet's column was too narrow`
  if (FORMULA_ERROR.test(cell)) return `the ${what} is the spreadsheet's error ${cell}`
  return ''
}

const SCIENTIFIC = /^\d(?:[.,]\d{1,20})?[eE][+-]?\d{1,3}$/
const DAY_MONTH = /^\d{1,2}[- ]\p{L}{3,9}\.?(?:[- ]\d{2,4})?$/u
const MONTH_YEAR = /^\p{L}{3,9}\.?-\d{2,4}$/u
const ISO_DATE = /^\d{4}-\d\d-\d\d(?:[ T].{0,20})?$/
const FORMULA_ERROR = /^#(?:REF|N\/A|VALUE|NAME|DIV\/0|NUM|NULL)[!?]?$/i
