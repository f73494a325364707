/**
 * What the rating bench rates: usages in the mix of a real month, of 60,000 subscriptions in random
 * order. Seeded.
 */
import type { Catalogue } from '../src/catalogue/catalogue.ts'
import type { Directory } from '../src/core/accounts/accounts.ts'
import { emptyUsage, type Usage, type UsageKind } from '../src/core/usage/usage.ts'
import { seededRandom } from '../test/seeded-random.ts'
import { createRateCatalogue, VOICE } from './rate-catalogue.ts'
import { createRateDirectory } from './rate-directory.ts'

export interface RateWorld {
  readonly catalogue: Catalogue
  readonly directory: Directory
  readonly usages: Usage[]
}

const PERIOD_START_MS = Date.parse('2026-09-30T22:00:00Z')
const PERIOD_MS = 31 * 86_400_000

/** `hourCalls`: every call lasts one hour, everything else stays as it is. */
export function createRateWorld(usagesCount: number, hourCalls: boolean): RateWorld {
  const catalogue = createRateCatalogue()
  const directory = createRateDirectory()
  const random = seededRandom(20_261_101)
  const usages = Array.from({ length: usagesCount }, (_, number) =>
    createUsage({ catalogue, directory }, number, random, hourCalls),
  )
  return { catalogue, directory, usages }
}

/** 53 % data (62 % cut at 92.16 MB, sessions in parts), 25 % SMS, 22 % voice; 1 % roaming. */
function createUsage(
  { catalogue, directory }: Pick<RateWorld, 'catalogue' | 'directory'>,
  number: number,
  random: () => number,
  hourCalls: boolean,
): Usage {
  const subscription =
    directory.subscriptions[Math.floor(random() * directory.subscriptions.length)]!
  const mix = random()
  const isRoaming = random() < 0.01
  const kind: UsageKind = mix < 0.53 ? 'data' : mix < 0.78 ? 'sms' : 'voice'
  const callType = callTypeOf(kind, isRoaming, random())
  const quantity = quantityOf(kind, random, hourCalls)
  return {
    ...emptyUsage(),
    usageId: `bench:${number}`,
    contentHash: number,
    origin: 'bench',
    originRecord: number,
    partnerId: 'partner',
    accountId: subscription.accountId,
    subscriptionId: subscription.subscriptionId,
    subscriptionIndex: subscription.index,
    product: 'mobile',
    kind,
    direction: 'out',
    callType,
    callTypeIndex: catalogue.callTypeIndexById.get(callType) ?? -1,
    visitedNetwork: isRoaming ? '262-01' : '',
    startMs: PERIOD_START_MS + Math.floor(random() * PERIOD_MS),
    durationSeconds: kind === 'voice' ? quantity : 0,
    volumeBytes: kind === 'data' ? quantity : 0,
    quantity,
    sessionKey: kind === 'data' && random() < 0.6 ? `s${subscription.index}-${number % 3}` : '',
  }
}

function callTypeOf(kind: UsageKind, isRoaming: boolean, choice: number): string {
  if (kind === 'sms') return 'sms'
  if (kind === 'data') return isRoaming ? 'roaming-data' : 'national-data'
  if (isRoaming) return 'roaming-voice'
  const index = choice < 0.3 ? 0 : choice < 0.9 ? 1 : choice < 0.97 ? 2 : 3
  return VOICE[index]
}

function quantityOf(kind: UsageKind, random: () => number, hourCalls: boolean): number {
  if (kind === 'sms') return 1
  if (kind === 'data') {
    return random() < 0.62 ? 92_160_000 : 1 + Math.floor(random() * 92_000_000)
  }
  const length = random() < 0.135 ? 0 : Math.ceil(Math.exp(3.92 + 1.95 * normal(random)))
  return hourCalls ? 3600 : Math.min(length, 36_000)
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
