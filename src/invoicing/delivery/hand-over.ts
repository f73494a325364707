/**
 * Hands the e-invoices of a month over to whoever delivers them, an access point or a portal: each becomes a file
 * in its folder, whole or not at all, and then it is noted. Killed in between, the next call writes the same
 * bytes under the same name once more; what is noted is never handed over again by itself.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BillingParts, Finding } from '../run/billing.ts'
import { sweepParts, writeFileAtomically } from '../documents/atomic-file.ts'
import { fileName } from '../documents/document-path.ts'
import type { Actor } from '../receivables/state-history.ts'
import { noteDelivery } from './delivery-states.ts'
import { listDeliveries, type Delivery } from './list-deliveries.ts'

export interface HandOver {
  readonly period: string
  readonly accountIds?: readonly string[] | undefined
  /** Of the access point; created when absent. */
  readonly outboxFolder: string
  readonly actor: Actor
}

export interface HandedOver {
  readonly number: string
  readonly accountId: string
  readonly path: string
}

export interface HandOverReport {
  readonly handedOver: readonly HandedOver[]
  /** Handed over, accepted or refused before. */
  readonly knownCount: number
  /** Documents that are gone or were changed: they stay here. */
  readonly findings: readonly Finding[]
}

/** In the order of the numbers. What cannot be read is a finding and stops nothing. */
export async function handOverEInvoices(
  parts: Pick<BillingParts, 'operations' | 'documentsFolder' | 'clock'>,
  order: HandOver,
): Promise<HandOverReport> {
  const all = await listDeliveries(parts, order)
  const waiting = all.filter(({ state }) => state === 'written')
  if (waiting.length > 0) await sweepParts(order.outboxFolder) // Of a call that was killed.
  const handedOver: HandedOver[] = []
  const findings: Finding[] = []
  for (const delivery of waiting) {
    const { number, accountId, invoiceId } = delivery
    const bytes = await readFile(delivery.path).catch(() => undefined)
    const problem = problemOf(delivery, bytes)
    if (bytes === undefined || problem !== undefined) {
      if (problem !== undefined) findings.push(problem)
      continue
    }
    const path = join(order.outboxFolder, outboxName(delivery))
    await writeFileAtomically(path, [bytes])
    const note = { reason: '', atMs: parts.clock.nowMs(), actor: order.actor }
    await parts.operations.transaction((sql) =>
      noteDelivery(sql, invoiceId, { state: 'handed-over', ...note }),
    )
    handedOver.push({ number, accountId, path })
  }
  return { handedOver, knownCount: all.length - waiting.length, findings }
}

/** The seller stands first, as two of them can have the same number. */
function outboxName({ partnerId, number, accountId }: Delivery): string {
  return `${fileName(partnerId)}-${number}-${fileName(accountId)}-ubl.xml`
}

function problemOf(
  { number, path, sha256 }: Delivery,
  bytes: Uint8Array | undefined,
): Finding | undefined {
  const isWhole = bytes !== undefined && createHash('sha256').update(bytes).digest('hex') === sha256
  if (isWhole) return undefined
  return {
    code: bytes === undefined ? 'document_missing' : 'document_differs',
    severity: 'error',
    subject: number,
    text: bytes === undefined ? `${path} is gone` : `${path} is not what was written`,
    count: 1,
    estimateMicros: undefined,
    show: `tik verify`,
  }
}
