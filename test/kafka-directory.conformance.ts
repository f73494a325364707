/** Events of subscriptions through a real broker, with a stage that stops and goes on. */
import { expect, test } from 'vitest'
import { systemClock } from '../src/core/time/clock.ts'
import { createHealth } from '../src/core/watch/health.ts'
import { createLog } from '../src/core/watch/log.ts'
import { applyDirectoryEvent } from '../src/directory/events/apply-directory-event.ts'
import { importDirectory } from '../src/directory/store/import-directory.ts'
import { listDirectoryEvents } from '../src/directory/events/list-directory-events.ts'
import { loadDirectory } from '../src/directory/store/load-directory.ts'
import type { OperationsStore } from '../src/postgres/operations-store.ts'
import { openTestOperations } from './doubles/test-operations.ts'
import { openKafkaStream } from '../src/stream/kafka/open-stream.ts'
import type { KafkaClient } from '../src/stream/kafka/open-stream.ts'
import { runDirectory } from '../src/stream/directory/run-directory.ts'
import type { Stream } from '../src/stream/stream.ts'
import { topicName, type TestKafka } from './kafka-for-tests.ts'
import { smallCompany } from './small-company.ts'

const log = createLog('error')
const WAIT_MS = 30_000

/** `broker` answers once the hooks around the suite have started it. */
export function describeDirectory(broker: () => TestKafka, client: KafkaClient): void {
  test('events change subscriptions in order, each once, through a stop of the stage', async () => {
    await using operations = await openTestOperations()
    const { store } = operations
    const content = { directory: smallCompany(), oneOffCharges: [], webhooks: [] }
    await importDirectory(store, content, { dryRun: false, atMs: 0, changedBy: 'test' })
    const stream = openKafkaStream(client, { brokers: broker().brokers, clientId: 'tik-test', log })
    const topic = topicName('directory')
    const admin = await stream.admin()
    await admin.createTopics([{ topic, partitions: 1, replicas: 1, settings: {} }])
    await admin.close()

    const at = '2026-11-02T12:00'
    const block = { id: 'e1', type: 'block-sim', subscription: 'M1', at }
    const charge = { amount: '7.50' }
    await send(stream, topic, [
      { ...block, charge },
      { ...block, charge },
    ])
    const first = await startStage(stream, topic, store)
    expect(await eventsAfter(store, 1)).toMatchObject([{ eventId: 'e1', state: 'applied' }])
    await first()

    const leaves = { id: 'e2', type: 'port-out', subscription: 'V1', at, number: '+31201234567' }
    const comes = { ...leaves, id: 'e3', type: 'port-in', subscription: 'V2' }
    await send(stream, topic, [leaves, comes, { id: 'e4', type: 'none' }])
    const second = await startStage(stream, topic, store)
    const events = await eventsAfter(store, 4)
    await second()
    expect(events.map(({ eventId, state }) => `${eventId} ${state}`).sort()).toEqual([
      'e1 applied',
      'e2 applied',
      'e3 applied',
      'e4 refused',
    ])
    const { subscriptions } = await loadDirectory(store)
    const holders = subscriptions.filter(({ identities }) =>
      identities.some(({ value, toMs }) => value === '+31201234567' && toMs === Infinity),
    )
    expect(holders.map(({ subscriptionId }) => subscriptionId)).toEqual(['V2'])
  }, 120_000)
}

async function send(stream: Stream, topic: string, events: readonly object[]): Promise<void> {
  const producer = await stream.producer()
  await producer.send(
    topic,
    events.map((event) => ({ key: '', value: JSON.stringify(event) })),
  )
  await producer.close()
}

async function startStage(stream: Stream, topic: string, store: OperationsStore) {
  const stop = new AbortController()
  const group = `${topic}-group`
  const admin = await stream.admin()
  const consumer = await stream.consumer(group, [topic])
  const done = runDirectory({
    group,
    consumer,
    admin,
    apply: (event) => applyDirectoryEvent(store, event),
    clock: systemClock,
    log,
    health: createHealth(['stream', 'operations']),
    signal: stop.signal,
  })
  return async () => {
    stop.abort()
    await done
    await consumer.close()
    await admin.close()
  }
}

async function eventsAfter(store: OperationsStore, count: number) {
  const deadlineMs = performance.now() + WAIT_MS
  for (;;) {
    const events = await listDirectoryEvents(store, {})
    if (events.length >= count || performance.now() > deadlineMs) return events
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
