/**
 * The sources against the log of usages: each record that a source holds is there, nothing else is,
 * and what one source partition gives to one usage partition comes in its order. A usage may be there
 * more than once, but always as the same bytes.
 */
import { toUsageMessage } from '../../src/stream/message/usage-message.ts'
import type { StreamWorld } from '../stream-world.ts'
import type { TopicContent } from './read-topic.ts'

/** What differs, as sentences. `confirmed` are the ids of records that the broker acknowledged. */
export function checkLog(
  sources: TopicContent,
  log: TopicContent,
  world: StreamWorld,
  confirmed: ReadonlySet<number>,
): string[] {
  const findings: string[] = []
  const expected = expectedUsages(sources, world)
  const seen = new Set<string>()
  /** By source partition and usage partition: the last record that was seen for the first time. */
  const lastFirst = new Map<string, number>()
  for (const [partition, messages] of log.partitions.entries()) {
    for (const { value, offset } of messages) {
      const text = value.toString('utf8')
      const place = expected.get(text)
      if (place === undefined) findings.push(`usage/${partition}/${offset} stands in no source`)
      if (place === undefined || seen.has(text)) continue
      seen.add(text)
      const way = `${place.sourcePartition} to ${partition}`
      if (place.record < (lastFirst.get(way) ?? -1)) {
        findings.push(`usage/${partition}/${offset} overtook another of its source partition`)
      }
      lastFirst.set(way, place.record)
    }
  }
  const missing = expected.size - seen.size
  if (missing > 0) findings.push(`${missing} usages of the sources are not in the log`)
  const ids = new Set([...seen].map((text) => expected.get(text)?.usageId))
  const lost = [...confirmed].filter((id) => !ids.has(`mobile:${id}`))
  if (lost.length > 0) findings.push(`${lost.length} confirmed records are not in the log`)
  return findings
}

/** Each usage as mediation must have written it, and where it came from. */
function expectedUsages(sources: TopicContent, world: StreamWorld) {
  const mediator = world.messageMediator()
  const expected = new Map<string, { sourcePartition: number; record: number; usageId: string }>()
  for (const [partition, messages] of sources.partitions.entries()) {
    for (const message of messages) {
      for (const usage of mediator.mediate(message, { topic: sources.topic, partition })) {
        const { value } = toUsageMessage(usage)
        const { usageId, originRecord: record } = usage
        expected.set(value, { sourcePartition: partition, record, usageId })
      }
    }
  }
  return expected
}
