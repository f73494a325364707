/** The subscriptions of an accounts document as lines that call, with the traffic of each. */
import type { HomeCountry } from '../core/accounts/accounts.ts'
import type { DirectoryDocument } from '../directory/document/directory-schema.ts'
import { localMomentMs } from '../directory/local-moment.ts'
import type { Activity, MobileLine, SimCard, VoipLine } from './demo-line.ts'
import type { Story } from './demo-story.ts'
import { usualMobileTraffic, usualVoipTraffic } from './usual-traffic.ts'

type WrittenSubscription = DirectoryDocument['subscriptions'][number]
type Identities = WrittenSubscription['numbers']

export interface DemoLines {
  readonly voip: readonly VoipLine[]
  readonly mobile: readonly MobileLine[]
}

/** An exchange goes on sending the records of a subscription that ended, for so long. */
const AFTER_THE_END_MS = 3 * 86_400_000
const TIME_ZONES: Readonly<Record<HomeCountry, string>> = {
  NL: 'Europe/Amsterdam',
  BE: 'Europe/Brussels',
}

/** `story` says what differs from the usual traffic, by subscription id. */
export function linesOfDocument(document: DirectoryDocument, story: Story): DemoLines {
  const homes = new Map(document.accounts.map((account) => [account.id, account.country]))
  const endpoints = new Map<string, string[]>()
  for (const subscription of document.subscriptions) {
    const endpoint = endpointOf(subscription)
    if (endpoint === '') continue
    const known = endpoints.get(subscription.account)
    if (known === undefined) endpoints.set(subscription.account, [endpoint])
    else known.push(endpoint)
  }

  const voip: VoipLine[] = []
  const mobile: MobileLine[] = []
  for (const [stream, subscription] of document.subscriptions.entries()) {
    const home = homes.get(subscription.account) ?? 'NL'
    if (subscription.product === 'voip') {
      const colleagues = endpoints.get(subscription.account) ?? []
      voip.push(voipLine(subscription, { stream, home, colleagues, story }))
    } else {
      mobile.push(mobileLine(subscription, { stream, home, story }))
    }
  }
  return { voip, mobile }
}

function voipLine(
  subscription: WrittenSubscription,
  parts: { stream: number; home: HomeCountry; colleagues: readonly string[]; story: Story },
): VoipLine {
  const { stream, home, colleagues, story } = parts
  const numbers = valuesOf(subscription.numbers)
  const extensions = numbers.filter((number) => !number.startsWith('+'))
  const own = numbers.filter((number) => number.startsWith('+'))
  const trunk = valuesOf(subscription.trunks)[0] ?? ''
  const endpoint = endpointOf(subscription)
  return {
    subscriptionId: subscription.id,
    stream,
    home,
    accountCode: extensions.length === 0 && trunk !== '' ? trunk : subscription.account,
    forwardCode: trunk,
    endpoint: endpoint === '' ? subscription.id : endpoint,
    callers: extensions.length === 0 ? own : extensions,
    dialledAs: own.map((number) => `0${number.slice(3)}`),
    name: subscription.label.replaceAll('"', ''),
    colleagues: colleagues.filter((one) => one !== endpoint),
    activity: activityOf(subscription, home),
    traffic: { ...usualVoipTraffic(planOf(subscription)), ...story[subscription.id] },
  }
}

function mobileLine(
  subscription: WrittenSubscription,
  parts: { stream: number; home: HomeCountry; story: Story },
): MobileLine {
  const { stream, home, story } = parts
  return {
    subscriptionId: subscription.id,
    stream,
    home,
    msisdn: (valuesOf(subscription.numbers)[0] ?? '').replace('+', ''),
    imsis: subscription.imsis.map((identity) => simCard(identity, home)),
    activity: activityOf(subscription, home),
    traffic: { ...usualMobileTraffic(planOf(subscription)), ...story[subscription.id] },
  }
}

function simCard(identity: Identities[number], home: HomeCountry): SimCard {
  if (typeof identity === 'string') return { imsi: identity, fromMs: -Infinity }
  const { value, from } = identity
  return {
    imsi: value,
    fromMs: from === undefined ? -Infinity : localMomentMs(from, TIME_ZONES[home]),
  }
}

function activityOf(subscription: WrittenSubscription, home: HomeCountry): Activity {
  const { activated, terminated } = subscription
  return {
    fromMs: localMomentMs(activated, TIME_ZONES[home]),
    toMs:
      terminated === undefined
        ? Infinity
        : localMomentMs(terminated, TIME_ZONES[home]) + AFTER_THE_END_MS,
  }
}

/** 'noordzee-201': the channel of a user with an extension; '' for numbers without a phone. */
function endpointOf(subscription: WrittenSubscription): string {
  const extension = valuesOf(subscription.numbers).find((number) => !number.startsWith('+'))
  return extension === undefined ? '' : `${subscription.account}-${extension}`
}

function planOf(subscription: WrittenSubscription): string {
  const [plan] = subscription.plans
  if (plan === undefined) return ''
  return typeof plan === 'string' ? plan : plan.id
}

function valuesOf(identities: Identities): string[] {
  return identities.map((identity) => (typeof identity === 'string' ? identity : identity.value))
}
