/** The alerts stage of `tik run`: mails, webhooks and, over Kafka, events. */
import { createCrossingReader } from '../../alerts/crossings/ledger-crossings.ts'
import type { PublishedMessage } from '../../alerts/publish-alerts.ts'
import { runAlerts, type AlertServiceParts } from '../../alerts/run-alerts.ts'
import { systemClock } from '../../core/time/clock.ts'
import { closeWithin } from '../../stream/drain.ts'
import type { Stream } from '../../stream/stream.ts'
import { mailerOf } from '../alerts/send-alerts.ts'
import type { Stores } from '../stores.ts'

export async function runAlertsStage(
  parts: { stores: Stores; stream: Stream } & Pick<
    AlertServiceParts,
    'reference' | 'log' | 'health' | 'metrics' | 'signal'
  >,
): Promise<void> {
  const { stores, stream, ...service } = parts
  await using opened = new AsyncDisposableStack()
  const mailer = opened.use(mailerOf(stores))
  const producer = opened.adopt(await stream.producer(), (one) => closeWithin(one, service.log))
  await runAlerts({
    ...service,
    store: stores.operations,
    reader: createCrossingReader(stores.clickhouse),
    mailer,
    clock: systemClock,
    mailsPerMinuteMax: stores.config.mailsPerMinuteMax,
    webhookTargets: stores.config.webhookTargets,
    publish: async (messages) => {
      for (const [topic, group] of byTopic(messages)) {
        await producer.send(stores.config.kafkaPrefix + topic, group)
      }
    },
  })
}

function byTopic(messages: readonly PublishedMessage[]): Map<string, PublishedMessage[]> {
  return Map.groupBy(messages, ({ topic }) => topic)
}
