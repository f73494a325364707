/** `tik bill run --preview`: every invoice computed, nothing numbered, closed or mailed. */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { accountsToBill } from './accounts-to-bill.ts'
import { writeFileAtomically } from '../documents/atomic-file.ts'
import { addToReport, finishReport, startReport } from './billing-report.ts'
import type { BillingOptions, BillingParts, BillingReport } from './billing.ts'
import { previousInvoice } from '../store/previous-invoice.ts'
import { previewRun } from '../store/billing-runs.ts'
import { cutOffPublisher } from '../ledger/cut-off-publisher.ts'
import { fileName } from '../documents/document-path.ts'
import { eInvoiceFindings } from '../check/e-invoice-findings.ts'
import { CAUSES_TOLD_MAX } from '../difference/difference-sentence.ts'
import { invoiceDifference, type DifferenceCause } from '../difference/invoice-difference.ts'
import type { Invoice } from '../invoice-model.ts'
import { createPdfRenderer } from '../documents/pdf/pdf-renderer.ts'
import { prepareInvoices } from './prepare-invoice.ts'

export async function previewBilling(
  parts: BillingParts,
  options: BillingOptions,
): Promise<BillingReport> {
  const scope = await accountsToBill(parts, options)
  const report = startReport(options, scope)
  const run = await previewRun(parts, scope.open)
  const publish = cutOffPublisher(parts, [run.cutOff.cutOffId])
  const { draftFolder } = options
  const draftsCount = draftFolder === undefined ? 0 : scope.open.length
  await using renderer = createPdfRenderer(draftsCount, availableParallelism())
  for (const [index, account] of scope.open.entries()) {
    if (options.signal?.aborted === true) break
    const prepared = await prepareInvoices({ ...parts, publish }, account, run, run.due)
    if (prepared.status === 'blocked' || prepared.status === 'not-begun')
      report.findings.push(prepared.finding)
    if (prepared.status === 'already-billed') report.alreadyBilledCount += 1
    for (const each of prepared.status === 'ready' ? prepared.drafts : []) {
      const { draft, suppressZero, previousGrossMicros } = each
      if (!suppressZero) report.findings.push(...eInvoiceFindings(draft))
      const causes = await causesOf(parts, draft)
      const entry = addToReport(report, draft, 'preview', previousGrossMicros, causes)
      if (draftFolder === undefined) continue
      const path = join(draftFolder, draftName(draft))
      await writeFileAtomically(path, [await renderer.render(draft)])
      entry.files.push(path)
    }
    options.onProgress?.({ count: index + 1, total: scope.open.length })
  }
  report.interrupted = options.signal?.aborted === true
  return finishReport(report)
}

async function causesOf(parts: BillingParts, draft: Invoice): Promise<readonly DifferenceCause[]> {
  const before = await previousInvoice(parts.operations, draft)
  if (before === undefined) return []
  return invoiceDifference(before, draft).causes.slice(0, CAUSES_TOLD_MAX)
}

function draftName(draft: Invoice): string {
  const { accountId, billToId } = draft.customer
  const whose = [accountId, ...(billToId === undefined ? [] : [billToId])].map(fileName).join('-')
  return `DRAFT-${draft.period.label}-${whose}.pdf`
}
