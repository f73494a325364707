/** Seeded damage to files, the way files are damaged: bytes, lengths, quotes, bombs, sheer size. */
import { seededRandom } from './seeded-random.ts'

export class Dice {
  readonly #next: () => number

  constructor(seed: number) {
    this.#next = seededRandom(seed)
  }

  /** A whole number from 0 to below `bound`. */
  below(bound: number): number {
    return Math.floor(this.#next() * bound)
  }

  oneOf<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)]
    if (choice === undefined) throw new Error('nothing to choose from')
    return choice
  }
}

const TOKENS = [
  ['"', '""', "'", ',', ';', '|', '\\', '\\,', '\t', '\n', '\r', '\r\n', '\n\n', '\0', '\u00ff'],
  ['{', '}', '[', ']', '"}', '{"', '\n{', 'null', '1e999', '-1', '99999999999999999999', 'NaN'],
  ['2026-03-29 02:30:00', '2026-10-25 02:30:00', '0000-00-00 00:00:00', '#', '=', '\uFEFF'],
  ['Acct-Status-Type = Stop\n', 'INVITE|', 'BYE|', 'version=', 'cdrRecordType,', '%ff', 'é', '😀'],
].flat()

/** Elements of indefinite length inside each other, and lengths that promise too much. */
const BER_BOMBS = [
  Buffer.alloc(4_096, Buffer.from([0x69, 0x80])),
  Buffer.alloc(4_096, Buffer.from([0x7f, 0x81, 0x13, 0x80])),
  Buffer.from([0x69, 0x86, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
  Buffer.from([0x69, 0xff]),
  Buffer.from([0x5f, 0xff, 0xff, 0xff, 0xff, 0x01]),
  Buffer.alloc(64),
]

const HUGE_EVERY = 400
const HUGE_BYTES = 10_000_000

const RUN_EVERY = 40
const RUN_BYTES = 100_000
const RUN_LETTERS = Array.from(' \t\r\n0179afzAF"\\,;|:=+-*#./_%{}[]()<>@\0\u00ff')

type Mutation = (bytes: Buffer, dice: Dice) => Buffer

const MUTATIONS: readonly Mutation[] = [
  function flipBytes(bytes, dice) {
    const flipped = Buffer.from(bytes)
    for (let left = 1 + dice.below(8); left > 0 && flipped.length > 0; left -= 1) {
      flipped[dice.below(flipped.length)] = dice.below(256)
    }
    return flipped
  },
  function truncate(bytes, dice) {
    return bytes.subarray(0, dice.below(bytes.length + 1))
  },
  function dropHead(bytes, dice) {
    return bytes.subarray(dice.below(bytes.length + 1))
  },
  function cutOut(bytes, dice) {
    const from = dice.below(bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + dice.below(64))])
  },
  function repeatPiece(bytes, dice) {
    const from = dice.below(bytes.length + 1)
    const piece = bytes.subarray(from, from + dice.below(400))
    return insert(
      bytes,
      dice,
      Buffer.concat(Array.from({ length: 1 + dice.below(5) }, () => piece)),
    )
  },
  function insertTokens(bytes, dice) {
    let damaged = bytes
    for (let left = 1 + dice.below(4); left > 0; left -= 1) {
      damaged = insert(damaged, dice, Buffer.from(dice.oneOf(TOKENS)))
    }
    return damaged
  },
  function insertNoise(bytes, dice) {
    const noise = Buffer.alloc(dice.below(200))
    for (let at = 0; at < noise.length; at += 1) noise[at] = dice.below(256)
    return insert(bytes, dice, noise)
  },
  function insertHugeField(bytes, dice) {
    const isHuge = dice.below(HUGE_EVERY) === 0
    const letter = dice.oneOf(['a', '"', '7', ',', '{', '\\', '\u0000'])
    return insert(bytes, dice, Buffer.alloc(isHuge ? HUGE_BYTES : dice.below(20_000), letter))
  },
  /** What a scan that starts again at each letter is slow over. */
  function insertLongRun(bytes, dice) {
    const isLong = dice.below(RUN_EVERY) === 0
    const length = isLong ? RUN_BYTES + dice.below(RUN_BYTES) : dice.below(2_000)
    return insert(bytes, dice, Buffer.alloc(length, dice.oneOf(RUN_LETTERS)))
  },
  function insertBomb(bytes, dice) {
    return insert(bytes, dice, dice.oneOf(BER_BOMBS))
  },
  function endLinesOtherwise(bytes, dice) {
    const text = bytes.toString('latin1').replaceAll('\n', dice.oneOf(['\r', '\r\n', '\n\n', '']))
    return Buffer.from(text, 'latin1')
  },
]

/** One to four kinds of damage, one after the other. */
export function damage(bytes: Buffer, dice: Dice): Buffer {
  let damaged = bytes
  for (let left = 1 + dice.below(4); left > 0; left -= 1) {
    damaged = dice.oneOf(MUTATIONS)(damaged, dice)
  }
  return damaged
}

function insert(bytes: Buffer, dice: Dice, piece: Buffer): Buffer {
  const at = dice.below(bytes.length + 1)
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)])
}
