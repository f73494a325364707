/**
 * `tik bill run`: check, number, store, write, account by account. Each account is finalised in one
 * transaction and its documents follow from what was stored, so the run can be stopped anywhere:
 * running it again goes on with the same cut-off and ends in the same invoices.
 */
import { availableParallelism } from 'node:os'
import { TikError } from '../../core/failures/errors.ts'
import { accountsToBill } from './accounts-to-bill.ts'
import { sweepParts } from '../documents/atomic-file.ts'
import { addToReport, finishReport, startReport, type ReportDraft } from './billing-report.ts'
import { finishRun, openRun, type BillingRun } from '../store/billing-runs.ts'
import type { AccountScope } from './billing-scope.ts'
import type { BillingOptions, BillingParts, BillingReport } from './billing.ts'
import { cutOffPublisher, type PublishCutOffs } from '../ledger/cut-off-publisher.ts'
import { createDocumentQueue } from '../documents/document-queue.ts'
import { DOCUMENT_KINDS, writable } from '../documents/document-kinds.ts'
import { partsFolder } from '../documents/document-path.ts'
import { eInvoiceFindings } from '../check/e-invoice-findings.ts'
import { pendingDocuments } from '../documents/invoice-documents.ts'
import type { Micros } from '../../core/money/money.ts'
import { foreseeSpans } from './invoice-span.ts'
import { readAhead } from '../ledger/read-ahead.ts'
import { finaliseInvoices, type FinalisedDraft } from '../store/invoice-store.ts'
import type { Actor } from '../receivables/state-history.ts'
import { createPdfRenderer, type PdfRenderer } from '../documents/pdf/pdf-renderer.ts'
import { prepareInvoices, type PreparedInvoices } from './prepare-invoice.ts'
import { previewBilling } from './preview-billing.ts'
import { withCatalogueOfRun } from '../store/catalogue-of-run.ts'
import { storedInvoice } from '../store/stored-invoice.ts'

/** Another run can bill the same account in between; then the draft is built again. */
const TRIES_PER_ACCOUNT_MAX = 3

/**
 * Bills the month. Throws `usage_error` and `not_found` for wrong options, and what a store throws
 * when it is away: then run it again. What needs a person is in the report's findings.
 */
export async function runBilling(
  parts: BillingParts,
  options: BillingOptions,
): Promise<BillingReport> {
  if (options.preview === true) return previewBilling(parts, options)
  const scope = await accountsToBill(parts, options)
  const report = startReport(options, scope)
  const pending = await pendingDocuments(parts.operations, options.period, DOCUMENT_KINDS)
  const documentsCount = scope.open.length + pending.length
  if (documentsCount === 0) return finishReport(report)

  await sweepParts(partsFolder(parts))
  await using renderer = createPdfRenderer(documentsCount, availableParallelism())
  const work = { parts, options, renderer, report }
  if (scope.open.length > 0) await billAccounts(work, scope.open)
  if (!report.interrupted) await writePending(work)
  return finishReport(report)
}

interface BillingWork {
  readonly parts: BillingParts
  readonly options: BillingOptions
  readonly renderer: PdfRenderer
  readonly report: ReportDraft
}

async function billAccounts(work: BillingWork, open: readonly AccountScope[]): Promise<void> {
  const { options, renderer, report } = work
  const { period, accounts: asked, accepted = [] } = options
  const scope = { period, accounts: asked, open, accepted }
  const run = await openRun(work.parts, scope)
  const withCatalogue = await withCatalogueOf(run, work.parts)
  const accounts =
    withCatalogue === work.parts ? open : (await accountsToBill(withCatalogue, options)).open
  const foresee = foreseeSpans(withCatalogue, accounts, run)
  const parts = { ...withCatalogue, ledger: readAhead(withCatalogue.ledger, foresee) }
  report.runId = run.runId
  const publish = cutOffPublisher(parts, [run.cutOff.cutOffId])
  const documents = createDocumentQueue(parts, renderer)
  const blocked = new Set<string>() // A later period of such an account waits for the one before.
  for (const [index, account] of accounts.entries()) {
    if (options.signal?.aborted === true) break
    if (blocked.has(account.account.accountId)) continue
    const { actor } = options
    const result = await billAccount({ ...parts, publish, actor }, account, run)
    if (result.status === 'not-begun') report.findings.push(result.finding)
    if (result.status === 'blocked') {
      report.findings.push(result.finding)
      blocked.add(account.account.accountId)
    }
    if (result.status === 'already-billed') report.alreadyBilledCount += 1
    if (result.status === 'billed') {
      const { invoices, span } = result
      for (const { previousGrossMicros, ...finalised } of invoices) {
        const { invoice, outcome } = finalised
        const entry = addToReport(report, invoice, outcome, previousGrossMicros)
        if (outcome !== 'finalised') continue
        report.findings.push(...eInvoiceFindings(invoice))
        await documents.add({ ...finalised, span, kinds: DOCUMENT_KINDS }, entry.files)
      }
    }
    options.onProgress?.({ count: index + 1, total: accounts.length })
  }
  await documents.done()
  report.interrupted = options.signal?.aborted === true
  if (!report.interrupted) await finishRun(parts, run, scope)
}

/** A run that goes on keeps the catalogue that it began with. */
async function withCatalogueOf(run: BillingRun, parts: BillingParts): Promise<BillingParts> {
  const { catalogueKey } = run
  if (catalogueKey === parts.catalogueKey) return parts
  return { ...parts, catalogueKey, catalogue: await parts.catalogueOf(catalogueKey) }
}

type Ready = Extract<PreparedInvoices, { status: 'ready' }>
type BilledAccount =
  | Exclude<PreparedInvoices, Ready>
  | {
      readonly status: 'billed'
      readonly invoices: readonly (FinalisedDraft & {
        readonly previousGrossMicros: Micros | undefined
      })[]
      readonly span: Ready['span']
    }

async function billAccount(
  parts: BillingParts & { readonly publish: PublishCutOffs; readonly actor: Actor | undefined },
  account: AccountScope,
  run: BillingRun,
): Promise<BilledAccount> {
  for (let tries = 0; tries < TRIES_PER_ACCOUNT_MAX; tries++) {
    const prepared = await prepareInvoices(parts, account, run)
    if (prepared.status !== 'ready') return prepared
    const { history, span, drafts, subAccounts } = prepared
    const finalised = await parts.operations.transaction((sql) =>
      finaliseInvoices(sql, {
        drafts,
        span,
        subAccounts,
        runId: run.runId,
        basedOnInvoiceId: history.lastInvoiceId,
        nowMs: parts.clock.nowMs(),
        ...(parts.actor === undefined ? {} : { actor: parts.actor }),
      }),
    )
    if (finalised.outcome === 'already-billed') return { status: 'already-billed' }
    if (finalised.outcome === 'history-changed') continue
    const invoices = finalised.invoices.map((each, index) => ({
      ...each,
      previousGrossMicros: drafts[index]?.previousGrossMicros,
    }))
    return { status: 'billed', invoices, span }
  }
  throw new TikError('operations_conflict', `${account.account.accountId} is billed elsewhere`, {
    hint: 'run it again when the other run is done',
  })
}

/** Documents of invoices that a stopped run had finalised. */
async function writePending({ parts, options, renderer }: BillingWork): Promise<void> {
  const publish = cutOffPublisher(parts)
  const documents = createDocumentQueue(parts, renderer)
  const pending = await pendingDocuments(parts.operations, options.period, DOCUMENT_KINDS)
  for (const { invoiceId, kinds } of pending) {
    const stored = await storedInvoice(parts.operations, invoiceId)
    if (writable(stored.invoice, kinds).length === 0) continue // As it was the first time.
    await publish(stored.span)
    const { catalogue } = await withCatalogueOfRun(parts, stored.runId)
    await documents.add({ ...stored, kinds, catalogue }, [])
  }
  await documents.done()
}
