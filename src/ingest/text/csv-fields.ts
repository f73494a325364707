/**
 * Fields of one delimited line, found without cutting the ones that nobody reads. A quote closes its
 * field only before a delimiter or the end of the line, and two quotes stand for one; any other quote
 * is text, because exchanges and exports print names with quotes that nothing escapes. A name in quotes
 * with a number behind it, `"Jan, de Vries" <201>`, is no quoted field but text as it stands.
 */

export interface FieldScanner {
  /** Number of fields, or UNTERMINATED_QUOTE. Fields beyond `fieldsMax` are counted, not kept. */
  scan(line: string): number
  /** Text of a field of the line scanned last, without its quotes; '' where there is none. */
  text(index: number): string
  /** The field was written in quotes. */
  isQuoted(index: number): boolean
}

export const UNTERMINATED_QUOTE = -1
/** The widest known layout (BroadWorks R23) has about 450 fields. */
export const FIELDS_MAX = 1_024

const ESCAPED = 2
const BLANK = 32
const OPENING_BRACKET = 60

export function createFieldScanner(layout: { delimiter: string; quote: string }): FieldScanner {
  const { delimiter, quote } = layout
  const delimiterCode = delimiter.charCodeAt(0)
  const quoteCode = quote === '' ? -1 : quote.charCodeAt(0)
  const starts = new Int32Array(FIELDS_MAX)
  const ends = new Int32Array(FIELDS_MAX)
  /** 0 = bare, 1 = quoted, 2 = quoted with doubled quotes inside. */
  const quoting = new Uint8Array(FIELDS_MAX)
  let current = ''
  let count = 0
  let hasEscape = false
  /** A quote inside the field closed nothing and was not doubled. */
  let hasInnerQuote = false

  /** Position of the quote that closes the field whose text starts at `from`, or -1. */
  function closingQuote(line: string, from: number): number {
    hasEscape = false
    let at = line.indexOf(quote, from)
    while (at !== -1) {
      const next = at + 1 === line.length ? delimiterCode : line.charCodeAt(at + 1)
      if (next === delimiterCode) return at
      if (next === quoteCode) {
        hasEscape = true
        at += 1
      } else hasInnerQuote = true
      at = line.indexOf(quote, at + 1)
    }
    return -1
  }

  return {
    scan(line) {
      current = line
      count = 0
      let from = 0
      for (;;) {
        // A template may put a blank before the quote.
        if (line.charCodeAt(from) === BLANK && line.charCodeAt(from + 1) === quoteCode) from += 1
        let isQuotedField = line.charCodeAt(from) === quoteCode
        let end = isQuotedField ? closingQuote(line, from + 1) : line.indexOf(delimiter, from)
        if (hasInnerQuote) {
          const namedEnd = endOfNamedNumber(line, from + 1, layout)
          isQuotedField = namedEnd === -1
          if (!isQuotedField) end = namedEnd
          hasInnerQuote = false
        }
        const start = isQuotedField ? from + 1 : from
        if (isQuotedField && end === -1) return UNTERMINATED_QUOTE
        if (end === -1) end = line.length
        if (count < FIELDS_MAX) {
          starts[count] = start
          ends[count] = end
          quoting[count] = isQuotedField ? (hasEscape ? ESCAPED : 1) : 0
        }
        count += 1
        from = isQuotedField ? end + 2 : end + 1
        if (from > line.length) return count
      }
    },
    text(index) {
      if (index < 0 || index >= count || index >= FIELDS_MAX) return ''
      const text = current.slice(starts[index], ends[index])
      return quoting[index] === ESCAPED ? text.replaceAll(quote + quote, quote) : text
    },
    isQuoted(index) {
      return index < count && quoting[index] !== 0
    },
  }
}

/** Where a field ends that is a quoted name and a number in brackets; -1 where it is none. */
function endOfNamedNumber(
  line: string,
  nameStart: number,
  { delimiter, quote }: { delimiter: string; quote: string },
): number {
  let at = line.indexOf(quote, nameStart) + 1
  while (line.charCodeAt(at) === BLANK) at += 1
  if (line.charCodeAt(at) !== OPENING_BRACKET) return -1
  const closing = line.indexOf('>', at)
  if (closing === -1) return -1
  return closing + 1 === line.length || line.startsWith(delimiter, closing + 1) ? closing + 1 : -1
}
