/** `tik verify`: rates everything again and compares it with the ledger, and invoices with both. */
import type { Command } from 'commander'
import { archivedPath } from '../../files/file-archive.ts'
import { archivedSource } from '../../files/archived-source.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import { listSourceFiles, type SourceFile } from '../../ledger/source-files.ts'
import { verifyInvoices } from '../../invoicing/verify/verify-invoices.ts'
import { verifyAdjustments } from '../../invoicing/verify/verify-adjustments.ts'
import { loadDirectory } from '../../directory/store/load-directory.ts'
import { FINDINGS_PER_FILE_MAX, verifyLog, type FileVerdict } from '../../verify/verify-log.ts'
import { openBillingParts } from '../../app/billing-parts.ts'
import { archivedCatalogue } from '../../app/catalogue-archive.ts'
import { print, printJson, remark } from '../options.ts'
import type { PartitionVerdict } from '../../verify/verify-topic.ts'
import { openStoresOf } from '../open-stores.ts'
import { startProgress } from '../progress.ts'
import type { Stores } from '../../app/stores.ts'

export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description('rate every file again and compare each row; recompute every invoice')
    .option('--topic <name>', 'a topic of usages instead of the files, e.g. usage')
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_HELP)
    .action(verify)
}

const AFTER_HELP = `
Checks per file that records in = rated + duplicate + rejected + unbillable, that offsets are
contiguous, and that rating the archived file again gives the same rows; that every period-end
adjustment of a volume rate is what the rows before it say; per invoice that its lines
are the sums of its ledger rows and its documents are unchanged. Changes nothing.

With --topic the messages of a Kafka topic are rated again from its start by one reader, and each must
be one row of the ledger at its offset; rows of messages that have expired are counted and believed.
Stop nothing for it; what comes meanwhile is not looked at.

Exit status 1 when anything differs, with the row or line named.`

/** More than a person reads; the first ones tell what is wrong. */
const FINDINGS_SHOWN_MAX = 25

async function verifyTopic(name: string, stores: Stores, asJson: boolean): Promise<void> {
  const { verifyTopicOf } = await import('../../app/checks/verify-topic-of.ts')
  const verdicts: PartitionVerdict[] = []
  for await (const verdict of verifyTopicOf(name, stores)) {
    verdicts.push(verdict)
    if (!asJson) print(describeVerdict(stores.config.kafkaPrefix + name, verdict))
  }
  if (asJson) printJson(verdicts)
  for (const finding of verdicts.flatMap((verdict) => verdict.findings)) {
    process.exitCode = 1
    if (!asJson) remark(finding)
  }
}

function describeVerdict(topic: string, verdict: PartitionVerdict): string {
  const { partition, messages, expired, byOutcome, findings } = verdict
  const outcomes = Object.entries(byOutcome).map(([outcome, count]) => `${count} ${outcome}`)
  const agreement = findings.length === 0 ? 'no difference' : `${findings.length} findings`
  const gone = expired === 0 ? '' : ` and ${expired} that the topic no longer has`
  return `${topic}/${partition}: ${messages} messages${gone} = ${outcomes.join(' + ') || 0}; ${agreement}`
}

async function verify(options: { json?: true; topic?: string }, command: Command): Promise<void> {
  await using stores = await openStoresOf(command, 'verify')
  if (options.topic !== undefined) {
    return await verifyTopic(options.topic, stores, options.json === true)
  }
  const verdicts = await verifyFiles(stores)
  const billing = await openBillingParts(stores)
  const adjustments = await verifyAdjustments(billing)
  const invoices = await verifyInvoices(billing)
  const findings = [
    ...verdicts.flatMap((verdict) => verdict.findings),
    ...[...adjustments.findings, ...invoices.findings].map(fromInvoiceFinding),
  ]
  if (findings.length > 0) process.exitCode = 1
  if (options.json)
    return printJson({
      files: verdicts,
      adjustments: adjustments.count,
      invoices: invoices.count,
      findings,
    })
  for (const verdict of verdicts) print(describe(verdict))
  const rows = verdicts.reduce((sum, verdict) => sum + verdict.rows, 0)
  const settled = adjustments.count === 0 ? '' : `${adjustments.count} adjustments and `
  print(
    `${rows} rows rated again, ${settled}${invoices.count} invoices recomputed: ${verdictOf(findings.length)}`,
  )
  for (const { code, place, message } of findings.slice(0, FINDINGS_SHOWN_MAX)) {
    remark(`${code}  ${place}  ${message}`)
  }
  const rest = findings.length - FINDINGS_SHOWN_MAX
  if (rest > 0) remark(`… and ${rest} more; --json lists up to ${FINDINGS_PER_FILE_MAX} a file`)
}

async function verifyFiles(stores: Stores): Promise<FileVerdict[]> {
  const files = await listSourceFiles(stores.clickhouse)
  const archiveFolder = stores.folder.subfolder('archive')
  const total = files.reduce((sum, file) => sum + Math.max(file.recordsCount, 1), 0)
  const progress = startProgress('verifying', total)
  let rows = 0
  const verdicts: FileVerdict[] = []
  try {
    const parts = {
      ledger: createClickHouseLedger(stores.clickhouse),
      files,
      pathOf: (file: SourceFile) => archivedPath(archiveFolder, file),
      sourceOf: (file: SourceFile) => archivedSource(file, archiveFolder),
      catalogueOf: (key: string) => archivedCatalogue(key, stores.folder),
      directory: await loadDirectory(stores.operations),
      onProgress: (step: { rows: number; file: SourceFile }) => {
        rows += step.rows
        progress.update(rows, step.file.name)
      },
    }
    for await (const verdict of verifyLog(parts)) verdicts.push(verdict)
  } finally {
    progress.stop()
  }
  return verdicts
}

function describe({ file, records, byOutcome, findings }: FileVerdict): string {
  const outcomes = Object.entries(byOutcome).map(([outcome, count]) => `${count} ${outcome}`)
  return `${file.name}: ${records} records = ${outcomes.join(' + ')}; ${verdictOf(findings.length)}`
}

function fromInvoiceFinding({
  code,
  subject,
  text,
}: Awaited<ReturnType<typeof verifyInvoices>>['findings'][number]) {
  return { code, place: subject, message: text }
}

function verdictOf(findingsCount: number): string {
  return findingsCount === 0 ? 'no difference' : `${findingsCount} findings`
}
