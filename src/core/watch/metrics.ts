/**
 * Counters, gauges and histograms in the Prometheus text format, without a dependency.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export type Labels = Readonly<Record<string, string | number>>

export interface Counter {
  add(count: number, labels?: Labels): void
}
export interface Gauge {
  set(value: number, labels?: Labels): void
  /** Forgets one series: a partition that another process has now. */
  remove(labels: Labels): void
}
export interface Histogram {
  observe(value: number, labels?: Labels): void
}

export interface Metrics {
  counter(name: string, help: string): Counter
  gauge(name: string, help: string): Gauge
  /** `bounds` ascend; the bucket +Inf is added. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram
  /** All of them, as `/metrics` answers. */
  text(): string
}

/** Seconds, from a millisecond to half a minute. */
export const SECONDS_BOUNDS = [0.001, 0.005, 0.02, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30] as const
/** Rows of a batch. */
export const ROWS_BOUNDS = [1, 10, 100, 1_000, 5_000, 20_000, 50_000, 200_000] as const

interface Family {
  readonly name: string
  readonly help: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly lines: () => string[]
}

export function createMetrics(): Metrics {
  const families: Family[] = []
  return {
    counter(name, help) {
      const series = new Map<string, number>()
      families.push({ name, help, kind: 'counter', lines: () => linesOf(name, series) })
      return {
        add(count, labels = {}) {
          const key = labelText(labels)
          series.set(key, (series.get(key) ?? 0) + count)
        },
      }
    },
    gauge(name, help) {
      const series = new Map<string, number>()
      families.push({ name, help, kind: 'gauge', lines: () => linesOf(name, series) })
      return {
        set: (value, labels = {}) => void series.set(labelText(labels), value),
        remove: (labels) => void series.delete(labelText(labels)),
      }
    },
    histogram(name, help, bounds) {
      const { histogram, lines } = createHistogram(name, bounds)
      families.push({ name, help, kind: 'histogram', lines })
      return histogram
    },
    text() {
      const blocks = families.map(({ name, help, kind, lines }) =>
        [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...lines(), ''].join('\n'),
      )
      return blocks.join('')
    },
  }
}

interface Buckets {
  readonly labels: Labels
  readonly counts: number[]
  sum: number
  count: number
}

function createHistogram(name: string, bounds: readonly number[]) {
  const series = new Map<string, Buckets>()
  const histogram: Histogram = {
    observe(value, labels = {}) {
      const key = labelText(labels)
      let buckets = series.get(key)
      if (buckets === undefined) {
        buckets = { labels, counts: bounds.map(() => 0), sum: 0, count: 0 }
        series.set(key, buckets)
      }
      const { counts } = buckets
      bounds.forEach((bound, index) => {
        if (value <= bound) counts[index] = (counts[index] ?? 0) + 1
      })
      buckets.sum += value
      buckets.count += 1
    },
  }
  const lines = (): string[] =>
    [...series].flatMap(([key, { labels, counts, sum, count }]) => [
      ...bounds.map(
        (bound, index) => `${name}_bucket${labelText({ ...labels, le: bound })} ${counts[index]}`,
      ),
      `${name}_bucket${labelText({ ...labels, le: '+Inf' })} ${count}`,
      `${name}_sum${key} ${sum}`,
      `${name}_count${key} ${count}`,
    ])
  return { histogram, lines }
}

function linesOf(name: string, series: ReadonlyMap<string, number>): string[] {
  return [...series].map(([labels, value]) => `${name}${labels} ${value}`)
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(String(value))}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
