/** Who calls in the demo, and how much: what the generator needs of one subscription. */
import type { HomeCountry } from '../core/accounts/accounts.ts'

export interface LineTimes {
  /** Which days of the week it is used on (1 = Monday), and the hours of a working day. */
  readonly weekdays: readonly number[]
  readonly hours: 'office' | 'bakery' | 'all-day'
}

export interface VoipTraffic extends LineTimes {
  readonly outgoingPerDay: number
  readonly incomingPerDay: number
  readonly internalPerDay: number
  /** Calls that are sent on to a mobile number. */
  readonly forwardedPerDay: number
  /** Incoming calls ring at several colleagues at once. */
  readonly ringsAtColleagues: boolean
  /** Particular numbers and how often a month: premium numbers, a supplier abroad. */
  readonly favourites: readonly Favourite[]
}

export interface Favourite {
  readonly number: string
  readonly perMonth: number
}

export interface VoipLine {
  readonly subscriptionId: string
  /** Number of its random sequence. */
  readonly stream: number
  readonly home: HomeCountry
  /** What the exchange writes as account code, and for forwarded legs. */
  readonly accountCode: string
  readonly forwardCode: string
  /** Name of its channel, such as 'noordzee-201'. */
  readonly endpoint: string
  /** What it shows as its own number: an extension, or the numbers of a trunk. */
  readonly callers: readonly string[]
  /** Its numbers as callers from the same country dial them. */
  readonly dialledAs: readonly string[]
  readonly name: string
  readonly colleagues: readonly string[]
  readonly activity: Activity
  readonly traffic: VoipTraffic
}

export interface MobileTraffic extends LineTimes {
  readonly callsPerDay: number
  readonly incomingPerDay: number
  readonly messagesPerDay: number
  /** Of the whole month at home, in MB of 1,048,576 bytes; spread over the days of use. */
  readonly dataMegabytes: number
  readonly sessionsPerDay: number
  readonly trips: readonly Trip[]
  readonly favourites: readonly Favourite[]
}

/** Days abroad (or at sea), when nothing is used at home. */
export interface Trip {
  readonly fromDayOfMonth: number
  readonly toDayOfMonth: number
  /** MCC and MNC without a hyphen, as the supplier writes them. */
  readonly network: string
  readonly dataMegabytes: number
  readonly callsPerDay: number
  readonly incomingPerDay: number
  readonly messagesPerDay: number
}

export interface MobileLine {
  readonly subscriptionId: string
  readonly stream: number
  readonly home: HomeCountry
  /** Without the plus; '' for SIMs without a number. */
  readonly msisdn: string
  /** In order of time: a SIM may be swapped. */
  readonly imsis: readonly SimCard[]
  readonly activity: Activity
  readonly traffic: MobileTraffic
}

export interface SimCard {
  readonly imsi: string
  readonly fromMs: number
}

/** When the subscription can be used, as far as its exchange knows: a little longer than it may. */
export interface Activity {
  readonly fromMs: number
  readonly toMs: number
}
