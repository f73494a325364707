import { expect, test } from 'vitest'
import { createMetrics } from './metrics.ts'

test('counters and gauges are written with help, type and escaped labels', () => {
  const metrics = createMetrics()
  const usages = metrics.counter('tik_usages_total', 'Usages by outcome')
  usages.add(2, { outcome: 'rated' })
  usages.add(3, { outcome: 'rated' })
  usages.add(1, { outcome: 'a "b"\n\\' })
  const lag = metrics.gauge('tik_lag', 'Messages behind')
  lag.set(7, { partition: 0 })
  lag.set(9, { partition: 1 })
  lag.remove({ partition: 0 })
  expect(metrics.text()).toBe(
    [
      '# HELP tik_usages_total Usages by outcome',
      '# TYPE tik_usages_total counter',
      'tik_usages_total{outcome="rated"} 5',
      'tik_usages_total{outcome="a \\"b\\"\\n\\\\"} 1',
      '# HELP tik_lag Messages behind',
      '# TYPE tik_lag gauge',
      'tik_lag{partition="1"} 9',
      '',
    ].join('\n'),
  )
})

test('a histogram counts into every bucket that is at least as large', () => {
  const metrics = createMetrics()
  const seconds = metrics.histogram('tik_seconds', 'Time', [0.1, 1])
  for (const value of [0.05, 0.1, 0.5, 2]) seconds.observe(value, { step: 'rate' })
  expect(metrics.text().split('\n').slice(2, -1)).toEqual([
    'tik_seconds_bucket{step="rate",le="0.1"} 2',
    'tik_seconds_bucket{step="rate",le="1"} 3',
    'tik_seconds_bucket{step="rate",le="+Inf"} 4',
    'tik_seconds_sum{step="rate"} 2.65',
    'tik_seconds_count{step="rate"} 4',
  ])
})
