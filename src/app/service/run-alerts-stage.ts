/** The alerts stage of `tik run`: mails, data streams beside them and, over Kafka, events. */
import { createCrossingReader } from '../../alerts/crossings/ledger-crossings.ts'
import type { PublishedMessage } from '../../alerts/publish-alerts.ts'
import { runAlerts, type AlertServiceParts } from '../../alerts/run-alerts.ts'
import { systemClock } from '../../core/time/clock.ts'
import { closeWithin } from '../../stream/drain.ts'
import type { Stream } from '../../stream/stream.ts'
import { mailerOf } from '../alerts/send-alerts.ts'
import type { Stores } from '../stores.ts'
import { runStreamService } from '../streams/deliver-streams-of.ts'

/** When one of the two fails the other is stopped, and the failure goes up. */
export async function runAlertsStage(
  parts: { stores: Stores; stream: Stream } & Pick<
    AlertServiceParts,
    'reference' | 'log' | 'health' | 'metrics' | 'signal'
  >,
): Promise<void> {
  const { stores, stream, ...tools } = parts
  await using opened = new AsyncDisposableStack()
  const mailer = opened.use(mailerOf(stores))
  const producer = opened.adopt(await stream.producer(), (one) => closeWithin(one, tools.log))
  const failed = new AbortController()
  const signal = AbortSignal.any([tools.signal, failed.signal])
  const service = { ...tools, signal, clock: systemClock }
  const services = [
    runAlerts({
      ...service,
      store: stores.operations,
      reader: createCrossingReader(stores.clickhouse),
      mailer,
      mailsPerMinuteMax: stores.config.mailsPerMinuteMax,
      publish: async (messages) => {
        for (const [topic, group] of byTopic(messages)) {
          await producer.send(stores.config.kafkaPrefix + topic, group)
        }
      },
    }),
    runStreamService({ ...service, stores }),
  ]
  for (const one of services) one.catch(() => failed.abort())
  const ends = await Promise.allSettled(services)
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

function byTopic(messages: readonly PublishedMessage[]): Map<string, PublishedMessage[]> {
  return Map.groupBy(messages, ({ topic }) => topic)
}
