/** Everything rated again from the archived files and compared row by row, and invoices with both. */
import { loadDirectory } from '../../directory/store/load-directory.ts'
import { archivedSource } from '../../files/archived-source.ts'
import { createOpenCalls } from '../../files/open-calls.ts'
import { archivedPath } from '../../files/file-archive.ts'
import { verifyAdjustments } from '../../invoicing/verify/verify-adjustments.ts'
import { verifyInvoices } from '../../invoicing/verify/verify-invoices.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import { listSourceFiles, type SourceFile } from '../../ledger/source-files.ts'
import { removedFiles } from '../../retention/removed-files.ts'
import { verifyLog, type FileVerdict } from '../../verify/verify-log.ts'
import { openBillingParts } from '../billing-parts.ts'
import { requireOperator } from '../caller.ts'
import { archivedCatalogue } from '../catalogue-archive.ts'
import type { Desk } from '../desk.ts'

export interface LedgerVerdict {
  readonly files: readonly FileVerdict[]
  readonly adjustmentsCount: number
  readonly invoicesCount: number
  /** Of files first; `place` is a ledger entry, an invoice or an account. */
  readonly findings: readonly {
    readonly code: string
    readonly place: string
    readonly message: string
  }[]
}

/** Changes nothing. */
export async function verifyLedger(desk: Desk): Promise<LedgerVerdict> {
  requireOperator(desk.caller)
  const files = await verifyFiles(desk)
  const billing = await openBillingParts(desk)
  const adjustments = await verifyAdjustments(billing)
  const invoices = await verifyInvoices(billing)
  const ofInvoices = [...adjustments.findings, ...invoices.findings].map(
    ({ code, subject, text }) => ({ code, place: subject, message: text }),
  )
  return {
    files,
    adjustmentsCount: adjustments.count,
    invoicesCount: invoices.count,
    findings: [...files.flatMap(({ findings }) => findings), ...ofInvoices],
  }
}

async function verifyFiles(desk: Desk): Promise<FileVerdict[]> {
  const files = await listSourceFiles(desk.clickhouse)
  const archiveFolder = desk.folder.subfolder('archive')
  const removed = await removedFiles(desk.operations)
  const openCalls = createOpenCalls(archiveFolder, async () => files)
  const total = files.reduce((sum, file) => sum + Math.max(file.recordsCount, 1), 0)
  const progress = desk.talk.startProgress('verifying', total)
  let rows = 0
  try {
    const verdicts = verifyLog({
      ledger: createClickHouseLedger(desk.clickhouse),
      files,
      pathOf: (file: SourceFile) => archivedPath(archiveFolder, file),
      isRemoved: (file: SourceFile) => removed.has(file.number),
      openBefore: (file: SourceFile) => openCalls.before(file),
      sourceOf: (file: SourceFile) => archivedSource(file, archiveFolder),
      catalogueOf: (key: string) => archivedCatalogue(key, desk.folder),
      directory: await loadDirectory(desk.operations),
      onProgress: (step) => {
        rows += step.rows
        progress.update(rows, step.file.name)
      },
    })
    return await Array.fromAsync(verdicts)
  } finally {
    progress.stop()
  }
}
