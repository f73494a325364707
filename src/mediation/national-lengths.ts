/**
 * What a national number can look like by calling code: how many digits it has, and whether it begins
 * with a zero. A number of another length is a misread one (a digit too many, a trunk zero that was
 * left in, digits of another country), and would be priced as something that nobody called.
 *
 * Source: the national plans as ITU-T publishes them and as libphonenumber (2026) lists them: lengths of
 * geographic, mobile and service numbers together, and of machines (M2M) where the plan has longer
 * ones. The two home countries have finer rules.
 */

/** 'calling codes: how many digits', what is left of E.164's fifteen at most. */
const LENGTHS = [
  '1: 10; 7 52 58 225: 10 11; 229: 8 10; 20 60 855 856 964 970 976: 8 9 10',
  '27 64: 5 6 7 8 9 10; 30: 10 11 12',
  '33 34: 9 13; 93 94 211 212 218 221 240 242 244 249 251 255 256 260 261 262 351: 9',
  '590 594 596 979 992 994 995 998: 9; 36 51 213 224 233 237 250 258 264 268 377 382 387: 8 9',
  '591 962 963: 8 9; 39 381: 6 7 8 9 10 11 12; 40 508 681: 6 9; 41 870: 9 12',
  '43 49 598: 4 5 6 7 8 9 10 11 12 13; 44: 7 9 10; 263: 5 6 7 8 9 10; 45: 8 12',
  '46: 6 7 8 9 10 12 13; 47: 5 8 12; 48: 6 7 8 9 10; 95 880: 6 7 8 9 10',
  '53: 6 7 8 10; 54: 10 11; 55 593: 8 9 10 11; 56: 9 10 11; 57 65 977: 8 10 11',
  '61: 5 6 7 8 9 10 12; 62: 7 8 9 10 11 12 13; 63: 6 8 9 10 11 12 13; 66: 8 9 10 13',
  '81: 8 9 10 11 12 13; 82: 5 6 8 9 10 11 12 13; 84 243 254 353: 7 8 9 10',
  '86 972: 7 8 9 10 11 12; 90: 7 10 12 13; 91: 8 9 10 11 12 13; 92: 8 9 10 11 12',
  '98: 4 5 6 7 10; 216 222 223 226 227 228 232 235 236 253 257 266: 8',
  '350 356 357 370 371 373 374 389 505 509 800 808 973 993: 8; 500 682: 5; 298 299 672 687: 6',
  '238 239 246 269 291 297 592 673 674 680 691 692: 7; 248: 6 7; 220 245 265 354 423: 7 9',
  '230 267 372: 7 8 10; 231 385 967 968: 7 8 9; 234: 7 8 10 11; 241 599 670 675 853: 7 8',
  '961 965 975: 7 8; 247: 4 5 6; 252 355: 6 7 8 9; 290: 4 5; 352: 4 5 6 7 8 9 10 11',
  '358 971: 5 6 7 8 9 10 11 12; 359: 6 7 8 9 12; 375 595: 6 7 8 9 10 11; 376 689: 6 8 9',
  '378 506 850: 6 8 10; 379: 6 7 8 9 10 11; 380 881 966 996: 9 10; 383: 8 9 10 11 12',
  '386: 5 6 7 8; 420: 9 10 11 12; 421: 6 7 9; 501 679: 7 11; 502 504: 8 11; 503: 7 8 11',
  '507: 7 8 10 11; 597: 6 7; 676 677 678: 5 7; 683: 4 7; 685: 5 6 7 10; 686: 5 8; 688: 5 6 7',
  '690: 4 5 6 7; 852: 5 6 7 8 9 11; 878: 12; 882: 7 8 9 10 11 12; 883: 8 9 10 11 12; 886: 7 8 9 10 11',
  '888: 11; 960: 7 10; 974: 7 8 9 11',
]

/** No trunk prefix, and ordinary numbers begin with a zero that is dialled from abroad too. */
const ZERO_IS_DIALLED = ['39', '378', '225', '226', '227', '229', '242', '247']
/** A trunk zero, or none, and yet some numbers that begin with a zero. */
const ZERO_IS_POSSIBLE =
  '47 62 66 81 82 241 250 267 268 359 501 507 598 676 679 687 800 853 881 888 974 992'.split(' ')
/** Trunk prefixes other than 0; '' is none. */
const TRUNK_PREFIXES: ReadonlyMap<string, string> = new Map([
  ['36', '06'],
  ['7', '8'],
  ['375', '8'],
  ['993', '8'],
  ['1', '1'],
  ...ZERO_IS_DIALLED.map((code): [string, string] => [code, '']),
])

/** Bit n of a code: a national number may have n digits. */
const lengthsByCode = new Uint16Array(1000)
const mayBeginWithZero = new Uint8Array(1000)

for (const entry of LENGTHS.join('; ').split('; ')) {
  const [codes = '', lengths = ''] = entry.split(': ')
  const mask = lengths
    .split(' ')
    .reduce((bits, digits) => bits | (1 << Number.parseInt(digits, 10)), 0)
  for (const code of codes.split(' ')) lengthsByCode[Number.parseInt(code, 10)] = mask
}
for (const code of [...ZERO_IS_DIALLED, ...ZERO_IS_POSSIBLE]) {
  mayBeginWithZero[Number.parseInt(code, 10)] = 1
}

/** Can the digits of `text` from `from` on be a national number of the country? */
export function isPossibleNational(callingCode: number, text: string, from: number): boolean {
  if (callingCode === 31) return isDutch(text, from)
  if (callingCode === 32) return isBelgian(text, from)
  if (((lengthsByCode[callingCode] ?? 0) & (1 << (text.length - from))) === 0) return false
  return text.charCodeAt(from) !== 48 || mayBeginWithZero[callingCode] === 1
}

/** What is dialled before a national number within the country and not from abroad; '' where nothing is. */
export function trunkPrefixOf(callingCode: string): string {
  return TRUNK_PREFIXES.get(callingCode) ?? '0'
}

/**
 * The Dutch plan: 9 digits, but 9 or 11 for machine numbers (097), 7-10 for service numbers (0800,
 * 0900, 0906, 0909) and 6-9 for 0676 (dial-in).
 */
function isDutch(text: string, from: number): boolean {
  const digits = text.length - from
  if (text.charCodeAt(from) === 48) return false
  if (text.startsWith('97', from)) return digits === 9 || digits === 11
  if (text.startsWith('800', from) || text.startsWith('90', from))
    return digits >= 7 && digits <= 10
  if (text.startsWith('676', from)) return digits >= 6 && digits <= 9
  return digits === 9
}

/** The Belgian plan: 8, but 9 for mobile numbers (045-049) and 8-11 for 077 (machines). */
function isBelgian(text: string, from: number): boolean {
  const digits = text.length - from
  const first = text.charCodeAt(from)
  if (first === 48) return false
  const second = text.charCodeAt(from + 1)
  if (first === 52 && second >= 53 && second <= 57) return digits === 9
  if (text.startsWith('77', from)) return digits >= 8 && digits <= 11
  return digits === 8
}
