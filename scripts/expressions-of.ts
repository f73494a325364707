/** The regular expressions that stand in a TypeScript file, found without a parser of the language. */

export interface FoundExpression {
  readonly line: number
  readonly source: string
  readonly flags: string
}

/** Literals only; strings, templates and comments are passed over. */
export function expressionsOf(text: string): FoundExpression[] {
  const found: FoundExpression[] = []
  let before = ''
  let line = 1
  for (let at = 0; at < text.length;) {
    const letter = text.charAt(at)
    const end = endOf(text, at, before)
    const piece = text.slice(at, end)
    if (letter === '/' && !/^\/[/*]/.test(piece) && piece.length > 1) {
      const close = piece.lastIndexOf('/')
      found.push({ line, source: piece.slice(1, close), flags: piece.slice(close + 1) })
    }
    line += piece.split('\n').length - 1
    if (piece.trim() !== '' && !/^\/[/*]/.test(piece))
      before = /^\w|^.$/.test(piece) ? piece : 'value'
    at = end
  }
  return found
}

/** Where the string, template, comment, expression, word or letter that begins here ends. */
function endOf(text: string, at: number, before: string): number {
  const letter = text.charAt(at)
  if (letter === "'" || letter === '"' || letter === '`') return endOfQuoted(text, at + 1, letter)
  if (text.startsWith('//', at)) return orLength(text, text.indexOf('\n', at))
  if (text.startsWith('/*', at)) return orLength(text, text.indexOf('*/', at) + 2)
  if (letter === '/' && MAY_BEGIN_AFTER.test(before)) return endOfExpression(text, at + 1)
  const word = /^\w{1,200}/.exec(text.slice(at, at + 200))
  return at + (word?.[0].length ?? 1)
}

/** A slash after a value divides; after these it begins an expression. */
const MAY_BEGIN_AFTER = /^(?:|[(,=:[!&|?{};>+]|return|case|of|in)$/

function endOfQuoted(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at += 1) {
    if (text.charAt(at) === '\\') at += 1
    else if (text.charAt(at) === quote) return at + 1
  }
  return text.length
}

function endOfExpression(text: string, from: number): number {
  let isInClass = false
  for (let at = from; at < text.length; at += 1) {
    const letter = text.charAt(at)
    if (letter === '\n') return from // A division after all.
    if (letter === '\\') at += 1
    else if (letter === '[') isInClass = true
    else if (letter === ']') isInClass = false
    else if (letter === '/' && !isInClass) {
      return at + 1 + (/^[a-z]{0,8}/.exec(text.slice(at + 1, at + 9))?.[0].length ?? 0)
    }
  }
  return text.length
}

function orLength(text: string, end: number): number {
  return end <= 1 ? text.length : end
}
