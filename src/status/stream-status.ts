/** How far each stage is behind the end of its topics. */
import { TikError } from '../core/failures/errors.ts'
import type { StreamAdmin } from '../stream/stream.ts'
import type { LedgerPartition } from './ledger-status.ts'

export interface StagePartition {
  readonly stage: 'mediation' | 'rating'
  readonly topic: string
  readonly partition: number
  /** Offset that the next message will get. */
  readonly endOffset: number
  /** Next offset of the stage: of rating as the ledger has it, of mediation as its group committed. */
  readonly nextOffset: number
  readonly lagCount: number
  /** Of rating; 0 = none, or long ago. */
  readonly lastCommitMs: number
}

export type StreamStatus =
  | { readonly state: 'not configured' }
  | { readonly state: 'not reachable'; readonly reason: string }
  | { readonly state: 'ok'; readonly partitions: readonly StagePartition[] }

export interface StageTopics {
  readonly sources: readonly string[]
  readonly mediationGroup: string
  readonly usage: string
}

/** Never throws for a stream that is away: that is what it says. */
export async function streamStatus(
  openAdmin: () => Promise<StreamAdmin>,
  topics: StageTopics,
  ledger: readonly LedgerPartition[],
): Promise<StreamStatus> {
  try {
    const admin = await openAdmin()
    try {
      return { state: 'ok', partitions: await stagePartitions(admin, topics, ledger) }
    } finally {
      await admin.close()
    }
  } catch (error) {
    if (!(error instanceof TikError) || error.code !== 'stream_unavailable') throw error
    return { state: 'not reachable', reason: error.message }
  }
}

async function stagePartitions(
  admin: StreamAdmin,
  topics: StageTopics,
  ledger: readonly LedgerPartition[],
): Promise<StagePartition[]> {
  const partitions: StagePartition[] = []
  const present = new Set(await admin.topics())
  for (const topic of topics.sources) {
    if (!present.has(topic)) continue
    const committed = await admin.committed(topics.mediationGroup, topic)
    for (const { partition, firstOffset, endOffset } of await admin.bounds(topic)) {
      const nextOffset = Math.max(committed.get(partition) ?? 0, firstOffset)
      const lagCount = Math.max(0, endOffset - nextOffset)
      const place = { stage: 'mediation', topic, partition } as const
      partitions.push({ ...place, endOffset, nextOffset, lagCount, lastCommitMs: 0 })
    }
  }
  const topic = topics.usage
  if (!present.has(topic)) return partitions
  const recorded = ledger.filter(({ logSource }) => logSource === topic)
  for (const { partition, endOffset } of await admin.bounds(topic)) {
    const found = recorded.find(({ logPartition }) => logPartition === partition)
    const nextOffset = (found?.lastOffset ?? -1) + 1
    const lagCount = Math.max(0, endOffset - nextOffset)
    const place = { stage: 'rating', topic, partition } as const
    const lastCommitMs = found?.lastRecordedMs ?? 0
    partitions.push({ ...place, endOffset, nextOffset, lagCount, lastCommitMs })
  }
  return partitions
}
