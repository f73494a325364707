/** What a deck's prefix must be, and what was probably meant where it is something else. */

const PREFIX_DIGITS_MAX = 15

/** Why no number can match it, one sentence; '' for a prefix that can. */
export function prefixProblem(prefix: string): string {
  if (prefix === '') return 'the row has no prefix'
  if (/^\d{1,15}$/.test(prefix)) {
    return prefix.startsWith('0') ? leadingZero(prefix) : ''
  }
  return `the prefix "${prefix}" is not 1 to ${PREFIX_DIGITS_MAX} digits${meant(prefix)}`
}

/** Numbers are looked up with the code of their country first, and no such code begins with 0. */
function leadingZero(prefix: string): string {
  if (prefix.startsWith('00')) {
    return `the prefix ${prefix} begins with 00, which no number does: write it without, ${prefix.slice(2)}`
  }
  return `the prefix ${prefix} begins with 0, which no number does: write the country's code before it, without the 0`
}

function meant(prefix: string): string {
  if (/^\d{1,3}(?:[.,]\d{1,15})?E\+?\d{1,2}$/i.test(prefix)) {
    return ': a spreadsheet wrote a long number this way, and its last digits are lost: make the column text and export it again'
  }
  if (/^\d{1,15}[.,]0{1,6}$/.test(prefix)) {
    return ': a spreadsheet wrote decimals: make the column text and export it again'
  }
  if (prefix.startsWith('+')) return ' without + or 00'
  if (prefix.startsWith("'")) return ": a spreadsheet left its mark for text: take the ' away"
  if (/\s/.test(prefix)) return ': take the blanks out'
  if (/^[\d[\]-]{1,40}$/.test(prefix)) return ': write a row for each prefix of a range'
  return ''
}
