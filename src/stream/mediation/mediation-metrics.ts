/** What the mediation stage tells Prometheus. */
import type { Metrics } from '../../core/metrics.ts'
import type { Usage } from '../../core/usage.ts'

export interface MediationMetrics {
  mediated(topic: string, usages: readonly Usage[]): void
}

export function createMediationMetrics(metrics: Metrics): MediationMetrics {
  const records = metrics.counter('tik_mediated_total', 'Records mediated by topic and reason')
  return {
    mediated(topic, usages) {
      let plain = 0
      for (const { rejectReason, unbillableReason } of usages) {
        const reason = rejectReason || unbillableReason
        if (reason === '') plain += 1
        else records.add(1, { topic, reason })
      }
      if (plain > 0) records.add(plain, { topic, reason: '' })
    },
  }
}
