/** `tik verify`: rates everything again and compares it with the ledger, and invoices with both. */
import type { Command } from 'commander'
import { verifyLedger } from '../../app/checks/verify-ledger.ts'
import type { Desk } from '../../app/desk.ts'
import type { FileVerdict } from '../../verify/verify-log.ts'
import { print, printJson, remark } from '../options.ts'
import type { PartitionVerdict } from '../../verify/verify-topic.ts'
import { openDeskOf } from '../open-desk.ts'

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

async function verifyTopic(name: string, desk: Desk, asJson: boolean): Promise<void> {
  const { verifyTopicOf } = await import('../../app/checks/verify-topic-of.ts')
  const verdicts: PartitionVerdict[] = []
  for await (const verdict of verifyTopicOf(name, desk)) {
    verdicts.push(verdict)
    if (!asJson) print(describeVerdict(desk.config.kafkaPrefix + name, verdict))
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
  await using desk = await openDeskOf(command, 'verify')
  if (options.topic !== undefined) {
    return await verifyTopic(options.topic, desk, options.json === true)
  }
  const { files, adjustmentsCount, invoicesCount, findings } = await verifyLedger(desk)
  if (findings.length > 0) process.exitCode = 1
  if (options.json) {
    const counts = { adjustments: adjustmentsCount, invoices: invoicesCount }
    return printJson({ files, ...counts, findings })
  }
  for (const verdict of files) print(describe(verdict))
  const rows = files.reduce((sum, verdict) => sum + verdict.rows, 0)
  const settled = adjustmentsCount === 0 ? '' : `${adjustmentsCount} adjustments and `
  print(
    `${rows} rows rated again, ${settled}${invoicesCount} invoices recomputed: ${verdictOf(findings.length)}`,
  )
  for (const { code, place, message } of findings.slice(0, FINDINGS_SHOWN_MAX)) {
    remark(`${code}  ${place}  ${message}`)
  }
  const rest = findings.length - FINDINGS_SHOWN_MAX
  if (rest > 0) remark(`… and ${rest} more: --json`)
}

function describe(verdict: FileVerdict): string {
  const { file, records, byOutcome, beyondRetention, findings } = verdict
  const outcomes = Object.entries(byOutcome).map(([outcome, count]) => `${count} ${outcome}`)
  const beyond = beyondRetention === 0 ? '' : `, ${beyondRetention} beyond retention`
  return `${file.name}: ${records} records = ${outcomes.join(' + ')}${beyond}; ${verdictOf(findings.length)}`
}

function verdictOf(findingsCount: number): string {
  return findingsCount === 0 ? 'no difference' : `${findingsCount} findings`
}
