/**
 * What the three companies of fixtures/demo/accounts.yaml do in their month, so that every bundle and
 * limit has something to show. Whoever is not named here does what its plan usually does
 * (usual-traffic.ts).
 *
 * - The drivers' pool of 10 x 500 MB ends just above 100 %: 5,040 MB. Driver 1 uses 966 MB of a share
 *   of 500. Their minutes end between 80 and 100 %.
 * - Driver 3 uses 260 MB in Germany from a module; driver 4 uses 180 MB there from the pool.
 * - The manager spends some 47 EUR on data in Switzerland (80 % of the limit), the skipper more than
 *   50 EUR on a ship (100 %).
 * - Vandamme's second SIM goes over its 5 GB; the fourth starts on the 15th with 17/31 of a bundle; a
 *   camera needs one more block of 500 MB; the trunk calls at night, also while the clocks go back.
 * - Lindgroen calls without limit; its first mobile uses 86 % of 20 GB; two interns use up 300 minutes
 *   and go on with the company's.
 */
import type { Favourite, MobileTraffic, Trip, VoipTraffic } from './demo-line.ts'

export type Story = Readonly<Record<string, Partial<VoipTraffic> | Partial<MobileTraffic>>>

const GERMANY = '26201'
const FRANCE = '20801'
const SWITZERLAND = '22801'
const SHIP = '90114'
const SIX_DAYS = [1, 2, 3, 4, 5, 6]
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]

export const DEMO_STORY: Story = {
  'noordzee-main': { outgoingPerDay: 2, incomingPerDay: 14, ringsAtColleagues: true },
  'noordzee-free': {
    outgoingPerDay: 0,
    incomingPerDay: 9,
    internalPerDay: 0,
    ringsAtColleagues: true,
  },
  'noordzee-desk-01': { outgoingPerDay: 26 },
  'noordzee-desk-02': {
    outgoingPerDay: 22,
    favourites: [{ number: '004940123456', perMonth: 30 }],
  },
  'noordzee-desk-04': { favourites: favourites(['09001234', 8], ['09061234', 4], ['1888', 5]) },
  'noordzee-oncall': {
    outgoingPerDay: 1,
    incomingPerDay: 2,
    forwardedPerDay: 5,
    weekdays: EVERY_DAY,
    hours: 'all-day',
  },

  'noordzee-driver-01': { dataMegabytes: 966, callsPerDay: 2.6 },
  'noordzee-driver-02': { dataMegabytes: 410 },
  'noordzee-driver-03': { dataMegabytes: 620, trips: [trip(5, 9, GERMANY, 260)] },
  'noordzee-driver-04': { dataMegabytes: 360, trips: [trip(19, 23, GERMANY, 180)] },
  'noordzee-driver-05': { dataMegabytes: 380 },
  'noordzee-driver-06': { dataMegabytes: 455 },
  'noordzee-driver-07': { dataMegabytes: 350, messagesPerDay: 3 },
  'noordzee-driver-08': { dataMegabytes: 498 },
  'noordzee-driver-09': { dataMegabytes: 310 },
  'noordzee-driver-10': { dataMegabytes: 511 },
  'noordzee-manager': {
    dataMegabytes: 2_900,
    trips: [{ ...trip(12, 14, SWITZERLAND, 24), callsPerDay: 1, incomingPerDay: 1 }],
  },
  'noordzee-skipper': {
    dataMegabytes: 800,
    trips: [{ ...trip(20, 23, SHIP, 3.6), callsPerDay: 0, incomingPerDay: 0 }],
  },
  'noordzee-track-04': { dataMegabytes: 6.5 },

  'vandamme-trunk': {
    outgoingPerDay: 62,
    incomingPerDay: 38,
    forwardedPerDay: 6,
    weekdays: EVERY_DAY,
    hours: 'bakery',
    favourites: favourites(['090312345', 5], ['070345345', 12], ['0031201234567', 25]),
  },
  'vandamme-shop-ixelles': { weekdays: SIX_DAYS, favourites: favourites(['090234567', 4]) },
  'vandamme-shop-uccle': { weekdays: SIX_DAYS },
  'vandamme-sim-01': {
    dataMegabytes: 3_100,
    trips: [{ ...trip(26, 30, FRANCE, 640), callsPerDay: 4 }],
  },
  'vandamme-sim-02': { dataMegabytes: 5_400 },
  'vandamme-sim-03': { dataMegabytes: 2_200 },
  'vandamme-sim-04': { dataMegabytes: 2_500 },
  'vandamme-till-03': { dataMegabytes: 10_650, sessionsPerDay: 2 },

  'lindgroen-desk-03': {
    favourites: favourites(['0012125550123', 14], ['00442079460123', 22], ['00881612345678', 2]),
  },
  'lindgroen-sim-01': { dataMegabytes: 17_600, trips: [trip(8, 11, GERMANY, 900)] },
  'lindgroen-sim-03': { dataMegabytes: 6_400, trips: [trip(15, 17, SWITZERLAND, 120)] },
  'lindgroen-sim-04': { callsPerDay: 8.4, dataMegabytes: 3_900 },
  'lindgroen-sim-05': { callsPerDay: 9.2, dataMegabytes: 4_400 },
  'lindgroen-router': { dataMegabytes: 8_400 },
}

/** Of what was used in the month of the story, so much was used in a month before. */
const BEFORE_SHARE = 0.85

/** The months before: nobody travels yet, and every bundle lasts. */
export const STORY_BEFORE: Story = Object.fromEntries(
  Object.entries(DEMO_STORY).map(([subscriptionId, traffic]) => [subscriptionId, calmer(traffic)]),
)

function calmer(traffic: Story[string]): Story[string] {
  if (!('dataMegabytes' in traffic) || traffic.dataMegabytes === undefined) return traffic
  const { trips: _trips, ...rest } = traffic
  return { ...rest, dataMegabytes: Math.round(traffic.dataMegabytes * BEFORE_SHARE * 10) / 10 }
}

function trip(from: number, to: number, network: string, dataMegabytes: number): Trip {
  return {
    fromDayOfMonth: from,
    toDayOfMonth: to,
    network,
    dataMegabytes,
    callsPerDay: 1.5,
    incomingPerDay: 1,
    messagesPerDay: 0.5,
  }
}

function favourites(...listed: (readonly [number: string, perMonth: number])[]): Favourite[] {
  return listed.map(([number, perMonth]) => ({ number, perMonth }))
}
