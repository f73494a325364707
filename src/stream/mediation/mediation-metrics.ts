/** What the mediation stage tells Prometheus. */
import type { Metrics } from '../../core/watch/metrics.ts'
import type { Usage } from '../../core/usage/usage.ts'

export interface MediationMetrics {
  mediated(topic: string, usages: readonly Usage[]): void
}

export function createMediationMetrics(metrics: Metrics): MediationMetrics {
  const records = metrics.counter('tik_mediated_total', 'Records mediated by topic and reason')
  return {
    mediated(topic, usages) {
      const counts = new Map<string, number>()
      for (const { rejectReason, unbillableReason } of usages) {
        const reason = rejectReason || unbillableReason
        counts.set(reason, (counts.get(reason) ?? 0) + 1)
      }
      for (const [reason, count] of counts) records.add(count, { topic, reason })
    },
  }
}
