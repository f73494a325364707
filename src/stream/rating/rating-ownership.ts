/**
 * Which partitions this worker rates, and from where. The ledger decides the position; a partition
 * is kept through a rebalance only when the ledger ends exactly where our own writes ended.
 */
import { TikError } from '../../core/failures/errors.ts'
import { withinDrainTime } from '../drain.ts'
import { createRatingPartition } from './rating-partition.ts'
import type { RatingPartition, RecordedBatch } from './rating-partition.ts'
import type { RatingStage } from './run-rating.ts'
import { placeKey } from '../stream.ts'
import type { TopicPartition } from '../stream.ts'

/** The whole assignment after a rebalance. Throws `stream_gap` when log and ledger do not join. */
export async function assign(
  partitions: readonly TopicPartition[],
  stage: RatingStage,
): Promise<void> {
  const next = await nextOffsets(stage)
  const opening: TopicPartition[] = []
  for (const place of partitions) {
    const kept = stage.owned.get(placeKey(place))
    const nextOffset = next.get(place.partition) ?? 0
    if (kept?.failure === undefined && kept?.recordedOffset === nextOffset) {
      stage.parts.consumer.seek(place, kept.pending.nextOffset)
    } else opening.push(place)
  }
  if (opening.length > 0) forgetBalances(stage)
  for (const place of opening) open(place, next.get(place.partition) ?? 0, stage)
}

/** A write that is under way may finish; the fence decides whether it was still ours to make. */
export async function revoke(
  partitions: readonly TopicPartition[],
  stage: RatingStage,
): Promise<void> {
  for (const place of partitions) {
    const partition = stage.owned.get(placeKey(place))
    if (partition === undefined) continue
    dropPartition(partition, stage)
    await withinDrainTime(partition.settle()).catch(() => undefined)
    stage.parts.log.info('partition_revoked', { ...place, offset: partition.recordedOffset })
  }
}

/** Another worker holds our offset: our state is worth nothing, the ledger's is. */
export async function reopenFenced(partition: RatingPartition, stage: RatingStage): Promise<void> {
  const place = placeOf(partition)
  stage.parts.log.warn('partition_fenced', { ...place, offset: partition.recordedOffset })
  stage.parts.metrics.fenced(place)
  dropPartition(partition, stage)
  const next = await nextOffsets(stage)
  forgetBalances(stage)
  open(place, next.get(place.partition) ?? 0, stage)
}

/**
 * Another worker rated accounts that are ours now, or we rated some that were not ours: balances and
 * ids are read again from the ledger as they are needed. All our writes are done when this is called.
 */
export function forgetBalances(stage: RatingStage): void {
  stage.parts.duplicates.renew()
  const { reference } = stage.tools
  stage.tools = { reference, rater: reference.createRater() }
}

export function dropPartition(partition: RatingPartition, stage: RatingStage): void {
  const place = placeOf(partition)
  stage.owned.delete(placeKey(place))
  stage.parts.metrics.forget(place)
}

function open(place: TopicPartition, nextOffset: number, stage: RatingStage): void {
  const { parts } = stage
  const partition = createRatingPartition({
    log: { source: place.topic, partition: place.partition },
    firstOffset: nextOffset,
    tools: () => stage.tools,
    ledger: parts.ledger,
    duplicates: parts.duplicates,
    limits: parts.limits,
    clock: parts.clock,
    persist: stage.persist,
    renewReference: () => stage.renewReference(),
    onRecorded: (batch) => noteRecorded(place, batch, stage),
  })
  stage.owned.set(placeKey(place), partition)
  parts.consumer.seek(place, nextOffset)
  parts.log.info('partition_opened', { ...place, offset: nextOffset })
}

function noteRecorded(place: TopicPartition, batch: RecordedBatch, stage: RatingStage): void {
  const { consumer, log, metrics } = stage.parts
  metrics.recorded(batch)
  // A partition that falls silent tells nothing more: nothing waits there, and so it must say now.
  const endOffset = stage.logEnds.get(placeKey(place)) ?? batch.nextOffset
  metrics.lag(place, Math.max(0, endOffset - batch.nextOffset))
  consumer.commit(place, batch.nextOffset).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error)
    log.debug('offset_hint_failed', { ...place, message })
  })
}

/** All writes that were begun are done or have failed; failures are each partition's own. */
export async function settleAll(stage: RatingStage): Promise<void> {
  await Promise.allSettled([...stage.owned.values()].map((partition) => partition.settle()))
}

/** By partition: the offset after the last one in the ledger, checked to be in the log. */
async function nextOffsets(stage: RatingStage): Promise<Map<number, number>> {
  const { parts, persist } = stage
  const { topic } = parts
  await settleAll(stage)
  const last = await persist(() => parts.ledger.lastOffsets(topic))
  const bounds = await persist(() => parts.admin.bounds(topic))
  return new Map(
    bounds.map(({ partition, firstOffset, endOffset }) => {
      const next = (last.get(partition) ?? -1) + 1
      if (next >= firstOffset && next <= endOffset) return [partition, next]
      throw new TikError(
        'stream_gap',
        `${topic}/${partition} holds offsets ${firstOffset} to ${endOffset - 1}, ` +
          `but the ledger goes on at ${next}`,
        { hint: 'the topic was made anew, or records expired before they were recorded' },
      )
    }),
  )
}

function placeOf(partition: RatingPartition): TopicPartition {
  return { topic: partition.log.source, partition: partition.log.partition }
}
