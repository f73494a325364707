/**
 * Everything that follows from crossed limits, against the crossings of the reference run: each is
 * noted once and none other, each user of the account is told once, the events stand in the topics
 * under one id each, and every block is asked for and charged once.
 */
import { readdir } from 'node:fs/promises'
import { z } from 'zod'
import { eventId } from '../../src/alerts/webhooks/alert-event.ts'
import { crossingRow, toCrossing } from '../../src/alerts/crossings/crossing-row.ts'
import { fromCrossingEntry } from '../../src/alerts/crossings/crossing.ts'
import { percentOfLevel } from '../../src/limits/limit-levels.ts'
import type { LedgerCrossing } from '../../src/alerts/crossings/crossing.ts'
import { entryId } from '../../src/core/usage/ids.ts'
import type { LedgerRow } from '../../src/core/usage/ledger-row.ts'
import type { OperationsStore } from '../../src/postgres/operations-store.ts'
import type { TopicContent } from './read-topic.ts'

export interface AlertsUnderTest {
  readonly operations: OperationsStore
  readonly alertsTopic: TopicContent
  readonly requestsTopic: TopicContent
  /** Folders in which workers put mails. */
  readonly mailFolders: readonly string[]
}

/** What differs, as sentences, and how much there was to compare. */
export async function checkAlerts(wanted: readonly LedgerRow[], parts: AlertsUnderTest) {
  const crossings = wanted.flatMap(crossingsOf)
  const ids = crossings.map(eventId)
  const blocks = crossings.filter(isBlock)
  const blockIds = blocks.map((crossing) => `${eventId(crossing)}/block`)
  const requestIds = blocks.map((crossing) => `${eventId(crossing)}/${crossing.scopeId}`)
  const { operations, alertsTopic, requestsTopic } = parts
  const text = (sql: string) => textsOf(operations, sql)
  const findings = [
    ...compareSets('reference crossings', ids, [...new Set(ids)]),
    ...compareSets('noted crossings', await notedCrossings(operations), crossings.map(described)),
    ...compareSets('events', idsOn(alertsTopic), ids),
    ...compareSets('block events', idsOn(requestsTopic), blockIds),
    ...compareSets(
      'requested subscriptions',
      [...new Set(messagesOn(requestsTopic, blockEvent).flatMap(requestsOf))],
      requestIds,
    ),
    ...compareSets(
      'block requests',
      await text('SELECT request_id FROM service_requests'),
      requestIds,
    ),
    ...compareSets('notices', await text(NOTICES), ids),
    ...(await compareMails(parts)),
  ]
  return { findings, crossingsCount: ids.length, blocksCount: blockIds.length }
}

/** A notice that has a mail which was sent, as the id of its crossing; each crossing has one user. */
const NOTICES = `
  SELECT noted.account_id || '/' || to_char(DATE '1970-01-01' + period_start_day, 'YYYY-MM-DD') || '/' ||
    concat_ws('|', code, scope_id, noted.subject, scope_kind, level) AS text
  FROM alert_notices JOIN alert_crossings AS noted USING (crossing_id) JOIN mails USING (mail_id)
  WHERE mails.state = 'sent'`

async function notedCrossings(operations: OperationsStore): Promise<string[]> {
  const columns = Object.keys(crossingRow.shape).join(', ')
  const rows = await operations.query(`SELECT ${columns} FROM alert_crossings`, [], crossingRow)
  return rows.map((row) => described(toCrossing(row)))
}

function crossingsOf(row: LedgerRow): LedgerCrossing[] {
  return row.crossings.map((entry) => ({
    accountId: row.accountId,
    periodStartDay: row.periodStartDay,
    ...fromCrossingEntry(entry),
    product: row.product,
    subscriptionId: row.subscriptionId,
    happenedMs: row.startMs,
    recordedMs: row.recordedMs,
    origin: entryId(row),
  }))
}

function described(crossing: LedgerCrossing): string {
  const { used, amount, origin, happenedMs } = crossing
  return `${eventId(crossing)} ${used} of ${amount} by ${origin} at ${happenedMs}`
}

/** Only these limits of the harness carry the action `block`. */
function isBlock({ code, level }: LedgerCrossing): boolean {
  return code === 'subscription-total' && percentOfLevel(level) >= 100
}

const event = z.looseObject({ id: z.string() })
const blockEvent = z.looseObject({ subscriptions: z.array(z.object({ requestId: z.string() })) })

/** Deliveries may repeat themselves; ids say what is one event. */
function idsOn(topic: TopicContent): string[] {
  return [...new Set(messagesOn(topic, event).map(({ id }) => id))]
}

function requestsOf({ subscriptions }: z.output<typeof blockEvent>): string[] {
  return subscriptions.map(({ requestId }) => requestId)
}

function messagesOn<Message>(topic: TopicContent, schema: z.ZodType<Message>): Message[] {
  return topic.partitions
    .flat()
    .map(({ value }) => schema.parse(JSON.parse(value.toString('utf8'))))
}

/** Every mail of the outbox is a file, and every file is a mail of the outbox. */
async function compareMails({ operations, mailFolders }: AlertsUnderTest): Promise<string[]> {
  const names = await Promise.all(mailFolders.map((folder) => readdir(folder).catch(() => [])))
  const files = names.flat().filter((name) => name.endsWith('.eml'))
  const inFolders = [...new Set(files.map((name) => name.slice(-16, -'.eml'.length)))]
  const inOutbox = await textsOf(operations, 'SELECT left(mail_id, 12) AS text FROM mails')
  return compareSets('mails', inFolders, inOutbox)
}

async function textsOf(operations: OperationsStore, sql: string): Promise<string[]> {
  const wrapped = `SELECT * FROM (${sql}) AS answer (text)`
  const rows = await operations.query(wrapped, [], z.object({ text: z.string() }))
  return rows.map(({ text }) => text)
}

/** Both as multisets: what is twice on one side must be twice on the other. */
function compareSets(what: string, found: readonly string[], wanted: readonly string[]): string[] {
  const left = [...found].sort()
  const rest = [...wanted].sort()
  const surplus = left.filter((one) => {
    const at = rest.indexOf(one)
    if (at !== -1) rest.splice(at, 1)
    return at === -1
  })
  return [
    ...surplus.map((one) => `${what}: ${one} is too much`),
    ...rest.map((one) => `${what}: ${one} is missing`),
  ]
}

/** For settling: crossings that are not handed to the stream yet. */
export async function unpublishedCount(operations: OperationsStore): Promise<number> {
  const sql = 'SELECT count(*)::int AS count FROM alert_crossings WHERE published_ms IS NULL'
  const rows = await operations.query(sql, [], z.object({ count: z.number() }))
  return rows[0]?.count ?? 0
}

/** For settling: how far the alerts have read each partition. */
export async function alertPositions(operations: OperationsStore): Promise<Map<number, number>> {
  const row = z.object({ log_partition: z.int(), next_offset: z.int() })
  const rows = await operations.query(
    'SELECT log_partition, next_offset FROM alert_positions',
    [],
    row,
  )
  return new Map(rows.map((one) => [one.log_partition, one.next_offset]))
}
