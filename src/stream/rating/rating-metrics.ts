/** What the rating stage tells Prometheus. */
import { ROWS_BOUNDS, SECONDS_BOUNDS } from '../../core/watch/metrics.ts'
import type { Metrics } from '../../core/watch/metrics.ts'
import type { RecordedBatch } from './rating-partition.ts'
import type { TopicPartition } from '../stream.ts'

export interface RatingMetrics {
  recorded(batch: RecordedBatch): void
  lag(place: TopicPartition, messages: number): void
  /** The partition has another owner now. */
  forget(place: TopicPartition): void
  fenced(place: TopicPartition): void
}

export function createRatingMetrics(metrics: Metrics): RatingMetrics {
  const usages = metrics.counter('tik_usages_total', 'Usages in the ledger by outcome and reason')
  const rows = metrics.histogram('tik_batch_rows', 'Rows of one ledger commit', ROWS_BOUNDS)
  const seconds = metrics.histogram(
    'tik_batch_seconds',
    'Time of one batch by step',
    SECONDS_BOUNDS,
  )
  const lag = metrics.gauge('tik_lag_messages', 'Messages of the log that are not in the ledger')
  const fenced = metrics.counter('tik_fenced_total', 'Batches that another owner had recorded')
  return {
    recorded({ tally, rateMs, recordMs, rows: count }) {
      usages.add(tally.rated, { outcome: 'rated', reason: '' })
      usages.add(tally.duplicate, { outcome: 'duplicate', reason: '' })
      usages.add(tally.unbillable, { outcome: 'unbillable', reason: '' })
      for (const [reason, times] of tally.byReason) {
        usages.add(times, { outcome: 'rejected', reason })
      }
      rows.observe(count)
      seconds.observe(rateMs / 1_000, { step: 'rate' })
      seconds.observe(recordMs / 1_000, { step: 'record' })
    },
    lag: ({ topic, partition }, messages) => lag.set(messages, { topic, partition }),
    forget: ({ topic, partition }) => lag.remove({ topic, partition }),
    fenced: ({ topic, partition }) => fenced.add(1, { topic, partition }),
  }
}
