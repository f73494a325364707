/** Streams over real stores: two accounts of two partners, a ledger that rows are recorded in, a clock. */
import { createStream } from '../../src/app/streams/streams-of.ts'
import { crossedEventsOf } from '../../src/alerts/crossings/crossed-events.ts'
import { openReference } from '../../src/app/rating-parts.ts'
import { deliverStreams, type StreamDeliveryParts } from '../../src/data-streams/deliver-streams.ts'
import type { StreamWish } from '../../src/data-streams/change-stream.ts'
import { createClickHouseLedger } from '../../src/ledger/clickhouse-ledger.ts'
import type { Usage } from '../../src/core/usage/usage.ts'
import { ratedOf, usageOf } from '../doubles/ledger.conformance.ts'
import { openSmallDoor, type SmallDoor } from '../small-door.ts'

export interface StreamWorld extends AsyncDisposable {
  readonly door: SmallDoor
  readonly clock: { atMs: number; nowMs(): number }
  /** Rows of one batch, as rating records them; each has this account. Returns their entries. */
  record(
    partition: string,
    accountIds: readonly string[],
    usage?: Partial<Usage>,
  ): Promise<string[]>
  /** A stream of account A1. */
  make(url: string, wish?: Partial<StreamWish>): Promise<{ streamId: string; secret: string }>
  parts(change?: Partial<StreamDeliveryParts>): Promise<StreamDeliveryParts>
  round(change?: Partial<StreamDeliveryParts>): ReturnType<typeof deliverStreams>
}

export async function openStreamWorld(): Promise<StreamWorld> {
  const door = await openSmallDoor()
  const desk = { ...door.desk, config: { ...door.desk.config, webhookTargets: 'any' as const } }
  const clock = { atMs: Date.now(), nowMs: () => clock.atMs }
  const offsets = new Map<string, number>()
  const reference = await openReference(desk)
  const parts = async (change: Partial<StreamDeliveryParts> = {}) => ({
    store: desk.operations,
    clickhouse: desk.clickhouse,
    directory: reference.directory,
    crossedEvents: crossedEventsOf(reference),
    clock,
    webhookTargets: 'any' as const,
    answerTimeoutMs: 300,
    ...change,
  })
  return {
    door,
    clock,
    async record(place, accountIds, usage = {}) {
      const [source = '', partition = ''] = place.split('/')
      const first = offsets.get(place) ?? 0
      const ledger = createClickHouseLedger(desk.clickhouse)
      const log = { source, partition: Number(partition) }
      const batch = ledger.newBatch(log, first, clock.atMs, '0123456789abcdef')
      for (const [index, accountId] of accountIds.entries()) {
        const offset = first + index
        const one = { usageId: `${place}:${offset}`, contentHash: offset, accountId, ...usage }
        batch.append(usageOf(one), ratedOf())
      }
      await ledger.record(batch)
      offsets.set(place, first + accountIds.length)
      return accountIds.map((_, index) => `${place}/${first + index}`)
    },
    async make(url, wish = {}) {
      const all = { name: 'warehouse', events: ['usage'], seesNumbers: true, ...wish } as const
      const owner = { ownerKind: 'account', ownerId: 'A1' } as const
      const { stream, secret } = await createStream(desk, { ...owner, ...all, url })
      return { streamId: stream.streamId, secret }
    },
    parts,
    round: async (change) => deliverStreams(await parts(change)),
    [Symbol.asyncDispose]: () => door[Symbol.asyncDispose](),
  }
}
