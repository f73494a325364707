/** The ways through a regular expression, as the letters of each place: for judging it. */

export interface Atom {
  /** Code units below `ASCII_MAX` that it matches, and one bit for all others. */
  readonly letters: bigint
  readonly isOptional: boolean
  /** May repeat without bound. */
  readonly isRepeat: boolean
  readonly text: string
}

export const ALL_LETTERS = (1n << 129n) - 1n
const ALL = ALL_LETTERS
const ASCII_MAX = 128
/** More repeats than this are as good as no bound. */
const BOUND_MAX = 256
/** Ways through alternatives and optional groups that are looked at. */
const WAYS_MAX = 4_096

type Ways = readonly (readonly Atom[])[]

/** Throws on syntax that it does not know. */
export function waysThrough(source: string, flags: string): Ways {
  return new ExpressionReader(source, flags).read()
}

/** Recursive descent over the syntax of ECMAScript. */
class ExpressionReader {
  readonly #source: string
  readonly #flags: string
  #at = 0

  constructor(source: string, flags: string) {
    this.#source = source
    this.#flags = flags
  }

  read(): Ways {
    const ways = this.#alternatives()
    if (this.#at < this.#source.length) {
      throw new Error(`/${this.#source}/ cannot be read from ${this.#at} on`)
    }
    return ways
  }

  #peek(): string {
    return this.#source.charAt(this.#at)
  }

  #takes(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  #alternatives(): Ways {
    const ways = [...this.#sequence()]
    while (this.#takes('|')) ways.push(...this.#sequence())
    if (ways.length > WAYS_MAX) throw new Error(`too many ways through /${this.#source}/`)
    return ways
  }

  #sequence(): Ways {
    let ways: Ways = [[]]
    while (this.#at < this.#source.length && this.#peek() !== '|' && this.#peek() !== ')') {
      const following = this.#quantified()
      ways = ways.flatMap((way) => following.map((more) => [...way, ...more]))
      if (ways.length > WAYS_MAX) throw new Error(`too many ways through /${this.#source}/`)
    }
    return ways
  }

  #quantified(): Ways {
    const from = this.#at
    const ways = this.#term()
    const { min, max } = this.#quantifier()
    const text = this.#source.slice(from, this.#at)
    const isRepeat = max > BOUND_MAX
    const [only] = ways
    if (ways.length === 1 && only?.length === 1 && only[0] !== undefined) {
      const atom = only[0]
      if (atom.isRepeat && isRepeat) return [[atom, atom]] // (a+)+: each part may end anywhere.
      return [
        [
          {
            ...atom,
            text,
            isOptional: atom.isOptional || min === 0,
            isRepeat: atom.isRepeat || isRepeat,
          },
        ],
      ]
    }
    const repeated = isRepeat
      ? ways.flatMap((way) => ways.map((again) => followed(way, again)))
      : ways
    return min === 0 ? [[], ...repeated] : repeated
  }

  #quantifier(): { min: number; max: number } {
    let bounds = { min: 1, max: 1 }
    if (this.#takes('*')) bounds = { min: 0, max: Infinity }
    else if (this.#takes('+')) bounds = { min: 1, max: Infinity }
    else if (this.#takes('?')) bounds = { min: 0, max: 1 }
    else {
      const counted = /^\{(\d{1,9})(,?)(\d{0,9})\}/.exec(this.#source.slice(this.#at))
      if (counted === null) return bounds
      const [whole, min = '', comma = '', max = ''] = counted
      this.#at += whole.length
      const least = Number.parseInt(min, 10)
      const most = comma === '' ? least : max === '' ? Infinity : Number.parseInt(max, 10)
      bounds = { min: least, max: most }
    }
    this.#takes('?')
    return bounds
  }

  #term(): Ways {
    if (this.#takes('(?:') || this.#takes('(?=') || this.#takes('(?<=')) return this.#group()
    if (this.#takes('(?!') || this.#takes('(?<!')) {
      this.#group()
      return [[]]
    }
    if (this.#takes('(')) return this.#group()
    if (this.#takes('^')) return this.#startOfText()
    if (this.#takes('$')) return [[{ letters: 0n, isOptional: false, isRepeat: false, text: '$' }]]
    if (this.#takes('[')) return [[this.#plain(this.#readClass())]]
    if (this.#takes('.'))
      return [[this.#plain(this.#flags.includes('s') ? ALL : without(ALL, '\n\r'))]]
    if (this.#takes('\\')) return this.#escapeWays()
    const letter = this.#peek()
    this.#at += 1
    return [[this.#letterAtom(letter)]]
  }

  /** With the flag m the beginning of a line: a line end goes before it. */
  #startOfText(): Ways {
    return this.#flags.includes('m') ? [[this.#letterAtom('\n')]] : [[]]
  }

  #group(): Ways {
    const ways = this.#alternatives()
    if (!this.#takes(')')) throw new Error(`a group of /${this.#source}/ is not closed`)
    return ways
  }

  #escapeWays(): Ways {
    if (this.#takes('b') || this.#takes('B')) return [[]]
    return [[this.#plain(this.#escapeLetters())]]
  }

  #escapeLetters(): bigint {
    const kind = this.#peek()
    this.#at += 1
    if (kind === 'd') return DIGITS
    if (kind === 'D') return ALL & ~DIGITS
    if (kind === 'w') return WORD
    if (kind === 'W') return ALL & ~WORD
    if (kind === 's') return BLANK
    if (kind === 'S') return ALL & ~BLANK
    if (kind === 'n') return lettersOf('\n')
    if (kind === 'r') return lettersOf('\r')
    if (kind === 't') return lettersOf('\t')
    if (kind === '0') return lettersOf('\0')
    if (kind === 'u' || kind === 'x') return this.#codeLetters(kind)
    if (kind === 'p' || kind === 'P') {
      this.#at = this.#source.indexOf('}', this.#at) + 1
      return ALL
    }
    return lettersOf(kind)
  }

  #codeLetters(kind: 'u' | 'x'): bigint {
    const braced = kind === 'u' && this.#takes('{')
    const end = braced ? this.#source.indexOf('}', this.#at) : this.#at + (kind === 'u' ? 4 : 2)
    const code = Number.parseInt(this.#source.slice(this.#at, end), 16)
    this.#at = braced ? end + 1 : end
    return bitOf(code)
  }

  #readClass(): bigint {
    const isNegated = this.#takes('^')
    let letters = 0n
    while (this.#at < this.#source.length && this.#peek() !== ']') {
      const from = this.#peek()
      this.#at += 1
      if (from === '\\') letters |= this.#escapeLetters()
      else if (this.#peek() === '-' && this.#source.charAt(this.#at + 1) !== ']') {
        const to = this.#source.charCodeAt(this.#at + 1)
        this.#at += 2
        for (let code = from.charCodeAt(0); code <= to; code += 1) letters |= bitOf(code)
      } else letters |= lettersOf(from)
    }
    this.#at += 1
    return isNegated ? ALL & ~letters : letters
  }

  #letterAtom(letter: string): Atom {
    return this.#plain(lettersOf(letter))
  }

  #plain(letters: bigint): Atom {
    return {
      letters: this.#flags.includes('i') ? bothCases(letters) : letters,
      isOptional: false,
      isRepeat: false,
      text: '',
    }
  }
}

/** A group that repeats comes twice, so that its end meets its beginning. */
function followed(way: readonly Atom[], again: readonly Atom[]): readonly Atom[] {
  const [first, second] = [way, again].map((one) => (one.length === 1 ? one.map(repeating) : one))
  return way === again && way.length === 1 && way[0]?.isRepeat === false
    ? (first ?? [])
    : [...(first ?? []), ...(second ?? [])]
}

function repeating(atom: Atom): Atom {
  return { ...atom, isRepeat: true }
}

function bitOf(code: number): bigint {
  return 1n << BigInt(Math.min(code, ASCII_MAX))
}

function lettersOf(text: string): bigint {
  return Array.from(text).reduce((letters, letter) => letters | bitOf(letter.charCodeAt(0)), 0n)
}

function without(letters: bigint, text: string): bigint {
  return letters & ~lettersOf(text)
}

function bothCases(letters: bigint): bigint {
  let both = letters
  for (let code = 65; code <= 90; code += 1) {
    if ((letters & (bitOf(code) | bitOf(code + 32))) !== 0n) both |= bitOf(code) | bitOf(code + 32)
  }
  return both
}

const DIGITS = lettersOf('0123456789')
const WORD = lettersOf('0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ')
/** Blanks beyond ASCII share the bit of all others. */
const BLANK = lettersOf(' \t\n\r\v\f\u00A0')
