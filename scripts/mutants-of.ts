/**
 * Small mistakes that can be made in a text, each in one line of it: an operator taken for its
 * neighbour, a statement or a guard left out, a word left empty.
 */
import { seededRandom } from '../test/seeded-random.ts'

export type MutationKind = 'operator' | 'statement' | 'guard' | 'literal'

export interface Mutant {
  readonly file: string
  readonly line: number
  /** The whole line as it is changed. */
  readonly text: string
}

export function mutantsOf(file: string, content: string, kinds: readonly MutationKind[]): Mutant[] {
  return content.split('\n').flatMap((text, index) => {
    if (/^\s*(\*|\/\/|\/\*|import |export type|type |\||readonly )/.test(text)) return []
    return kinds
      .flatMap((kind) => CHANGES[kind](text))
      .map((changed): Mutant => ({ file, line: index + 1, text: changed }))
  })
}

/** Every so many of them, from one that the seed chooses: as many of each file as it has a share. */
export function sampleOf<Value>(all: readonly Value[], count: number, seed: number): Value[] {
  const step = Math.max(1, all.length / count)
  const first = seededRandom(seed)() * step
  return all.filter((_, index) => {
    const place = Math.ceil((index - first) / step)
    return place >= 0 && Math.floor(first + place * step) === index
  })
}

const REPLACEMENTS: Readonly<Record<string, string>> = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '&&': '||',
  '||': '&&',
  '+=': '-=',
  '-=': '+=',
  'Math.min(': 'Math.max(',
  'Math.max(': 'Math.min(',
  'Math.ceil(': 'Math.floor(',
  'Math.floor(': 'Math.ceil(',
}
/** prettier puts a space on both sides of every operator, and none inside of type arguments. */
const OPERATOR = / (===|!==|<=|>=|\+=|-=|&&|\|\||[-+*/%<>]) |(Math\.(?:min|max|ceil|floor)\()/g
/** A call whose result nobody takes; asserts and logs only speak of what is so. */
const CALL = /^\s*(?:await |void )?(?!assert|if|for|while|switch|return|throw)[\w.[\]!?]+\(.*\)$/
const SPEAKS_ONLY = /\b(?:log|health|metrics|console|progress)\.|^\s*(?:super|print|remark)\(/
const GUARD = /^\s*if \(.*\) (?:return|continue|break)\b.*$/
const LITERAL = /: '[^']+'/g

const CHANGES: Readonly<Record<MutationKind, (text: string) => string[]>> = {
  operator: (text) =>
    [...text.replace(/ \/\/ .*$/, '').matchAll(OPERATOR)].map((match) => {
      const operator = match[1] ?? match[2] ?? ''
      const replacement = REPLACEMENTS[operator] ?? operator
      const at = match.index + match[0].indexOf(operator)
      return text.slice(0, at) + replacement + text.slice(at + operator.length)
    }),
  statement: (text) =>
    CALL.test(text) && !SPEAKS_ONLY.test(text) && isClosed(text) ? [leftOut(text)] : [],
  guard: (text) => (GUARD.test(text) && isClosed(text) ? [leftOut(text)] : []),
  literal: (text) =>
    [...text.matchAll(LITERAL)]
      .filter(() => !SPEAKS_ONLY.test(text))
      .map(
        (match) => `${text.slice(0, match.index)}: ''${text.slice(match.index + match[0].length)}`,
      ),
}

function leftOut(text: string): string {
  return `/* left out: ${text.trim().replaceAll('*/', '')} */`
}

/** Whatever it opens it closes, so that the line is a statement of its own. */
function isClosed(text: string): boolean {
  const count = (characters: RegExp): number => [...text.matchAll(characters)].length
  return count(/[([{]/g) === count(/[)\]}]/g)
}
