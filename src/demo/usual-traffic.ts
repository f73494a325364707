/**
 * What a subscription usually does, by its plan. Assumptions in the range of published figures: 4-6
 * mobile calls a day of use, some 8 messages and a few gigabytes a month.
 */
import type { MobileTraffic, VoipTraffic } from './demo-line.ts'

const WORKING_DAYS = [1, 2, 3, 4, 5]
const SIX_DAYS = [1, 2, 3, 4, 5, 6]
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]

export function usualVoipTraffic(planId: string): VoipTraffic {
  const isTrunk = planId === 'sip-trunk'
  return {
    weekdays: WORKING_DAYS,
    hours: 'office',
    outgoingPerDay: isTrunk ? 70 : 11,
    incomingPerDay: isTrunk ? 45 : 7,
    internalPerDay: isTrunk ? 0 : 2.2,
    forwardedPerDay: isTrunk ? 3 : 0,
    ringsAtColleagues: false,
    favourites: [],
  }
}

const PERSON: MobileTraffic = {
  weekdays: EVERY_DAY,
  hours: 'all-day',
  callsPerDay: 3.2,
  incomingPerDay: 2,
  messagesPerDay: 0.35,
  dataMegabytes: 3_600,
  sessionsPerDay: 3,
  trips: [],
  favourites: [],
}

const MACHINE: MobileTraffic = {
  ...PERSON,
  callsPerDay: 0,
  incomingPerDay: 0,
  messagesPerDay: 0,
}

const BY_PLAN: Readonly<Record<string, MobileTraffic>> = {
  'mobile-pool': {
    ...PERSON,
    weekdays: SIX_DAYS,
    callsPerDay: 1.95,
    incomingPerDay: 2,
    dataMegabytes: 460,
    sessionsPerDay: 2.5,
  },
  'mobile-unlimited': { ...PERSON, callsPerDay: 6, dataMegabytes: 9_000 },
  'data-only': { ...MACHINE, dataMegabytes: 4_200, sessionsPerDay: 1.5 },
  'iot-lifetime': { ...MACHINE, dataMegabytes: 2.4, sessionsPerDay: 4 },
}

export function usualMobileTraffic(planId: string): MobileTraffic {
  return BY_PLAN[planId] ?? PERSON
}
