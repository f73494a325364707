/** Invented numbers as people dial them, in all the ways in which they do. */
import type { HomeCountry } from '../core/accounts/accounts.ts'
import { choicesOf, choose } from './random.ts'
import type { Random } from './random.ts'

/** In per cent; assumptions, but for the small share of calls abroad and to services. */
const DIALLED_CLASSES = choicesOf([
  ['mobile', 44],
  ['fixed', 40],
  ['company', 6],
  ['neighbour', 4],
  ['abroad', 3],
  ['freephone', 2],
  ['service', 1],
] as const)

const NL_FIXED = ['10', '20', '30', '40', '50', '70', '23', '26', '38', '43', '76', '85']
const NL_MOBILE = ['61', '62', '63', '64', '65', '68']
/** Zones; what is left of eight digits follows. */
const BE_FIXED = ['2', '3', '42', '50', '81', '92', '93']
const BE_MOBILE = ['45', '46', '47', '48', '49']
/** Seven digits follow, which makes a length that the country has. */
const ABROAD = ['4930', '49171', '3314', '3361', '4420', '44740', '1212', '390612', '4860']
const SERVICES: Readonly<Record<HomeCountry, readonly string[]>> = {
  NL: ['14010', '14020', '1888', '09008844', '116117', '144'],
  BE: ['078151515', '1307', '070233233', '116000'],
}

/** A number as dialled on a desk phone at home. */
export function dialledNumber(home: HomeCountry, random: Random): string {
  return NUMBER_OF_CLASS[choose(DIALLED_CLASSES, random)](home, random)
}

const NUMBER_OF_CLASS: Readonly<
  Record<(typeof DIALLED_CLASSES)[number], (home: HomeCountry, random: Random) => string>
> = {
  mobile: (home, random) => written(nationalMobile(home, random), home, random),
  fixed: (home, random) => written(nationalFixed(home, random), home, random),
  company: (home, random) => (home === 'NL' ? '088' : '02') + digits(7, random),
  neighbour,
  abroad: (_home, random) => `00${abroad(random)}`,
  freephone: (home, random) => `0800${digits(home === 'NL' ? 4 : 5, random)}`,
  service: (home, random) => choose(SERVICES[home], random),
}

/** The same as the mobile network reports it: country code first, short numbers as they are. */
export function dialledOnMobile(home: HomeCountry, random: Random): string {
  const dialled = dialledNumber(home, random)
  if (dialled.startsWith('+')) return dialled.slice(1)
  if (dialled.startsWith('00')) return dialled.slice(2)
  return dialled.startsWith('0') ? countryCode(home) + dialled.slice(1) : dialled
}

/** Somebody who calls in. */
export function callerNumber(home: HomeCountry, random: Random): string {
  const chance = random.below(100)
  if (chance < 6) return 'anonymous'
  if (chance < 12) return `+${abroad(random)}`
  if (chance < 60) return `0${nationalMobile(home, random)}`
  return `0${nationalFixed(home, random)}`
}

/** A number that gets text messages, with its country code. */
export function messagedNumber(home: HomeCountry, random: Random): string {
  return random.below(20) === 0
    ? `${home === 'NL' ? '32' : '31'}${nationalMobile(home === 'NL' ? 'BE' : 'NL', random)}`
    : countryCode(home) + nationalMobile(home, random)
}

function countryCode(home: HomeCountry): string {
  return home === 'NL' ? '31' : '32'
}

function written(national: string, home: HomeCountry, random: Random): string {
  const chance = random.below(10)
  if (chance === 0) return `+${countryCode(home)}${national}`
  return chance === 1 ? `00${countryCode(home)}${national}` : `0${national}`
}

function neighbour(home: HomeCountry, random: Random): string {
  const other = home === 'NL' ? 'BE' : 'NL'
  const national =
    random.below(2) === 0 ? nationalMobile(other, random) : nationalFixed(other, random)
  return `00${countryCode(other)}${national}`
}

function nationalMobile(home: HomeCountry, random: Random): string {
  return home === 'NL'
    ? choose(NL_MOBILE, random) + digits(7, random)
    : choose(BE_MOBILE, random) + digits(7, random)
}

function nationalFixed(home: HomeCountry, random: Random): string {
  if (home === 'NL') return choose(NL_FIXED, random) + digits(7, random)
  const zone = choose(BE_FIXED, random)
  return zone + digits(8 - zone.length, random)
}

function abroad(random: Random): string {
  return choose(ABROAD, random) + digits(7, random)
}

/** The smallest number of so many digits. */
const LOWEST = [0, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]

/** 1-9 first, so that no number becomes another one by a leading zero. */
function digits(count: number, random: Random): string {
  const lowest = LOWEST[count] ?? 1
  return String(lowest + random.below(9 * lowest))
}
