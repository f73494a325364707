/** The report of a scheduled check to operations: one mail a recipient, once for a period and day. */
import { createHash } from 'node:crypto'
import type { Partner } from '../../core/accounts/accounts.ts'
import { micros, microsToDecimal } from '../../core/money/money.ts'
import { causeText } from '../documents/texts/difference-texts.ts'
import type { Letter } from '../../mail/letter.ts'
import { mailFrom } from '../../mail/mail-sender.ts'
import type { OutgoingMail } from '../../mail/outgoing-mail.ts'
import { renderHtml, renderText } from '../../mail/render-letter.ts'
import {
  FINDING_CODES,
  type BilledInvoice,
  type BillingReport,
  type Finding,
} from '../run/billing.ts'

export const REPORT_MAIL_KIND = 'report'

/** Findings that are told in full; the rest is counted, and `tik bill check` shows all. */
const FINDINGS_SHOWN_MAX = 50
/** Accounts with the greatest differences that a report lists. */
const ACCOUNTS_SHOWN_MAX = 40

export interface ReportContent {
  readonly period: string
  /** Local day of the report, ISO. */
  readonly day: string
  readonly findings: readonly Finding[]
  /** undefined where only the check was asked for, and where rows of the ledger are missing. */
  readonly report: (BillingReport & { readonly stoppedBy: readonly string[] }) | undefined
}

export function reportMails(
  content: ReportContent & {
    readonly recipients: readonly string[]
    readonly partners: ReadonlyMap<string, Partner>
    readonly nowMs: number
  },
): OutgoingMail[] {
  const letter = reportLetter(content)
  const { recipients, partners, nowMs, period, day } = content
  const sender = [...partners.values()].find(({ mailFrom: from }) => from !== '')
  return recipients.map((email) => {
    const hash = createHash('sha256').update(`${period}\0${day}\0${email}`).digest('hex')
    const mailId = `report-${hash.slice(0, 24)}`
    return {
      mailId,
      ...mailFrom(sender, mailId),
      kind: REPORT_MAIL_KIND,
      accountId: '',
      userId: '',
      recipient: { name: '', email },
      language: letter.tag,
      subject: letter.subject,
      text: renderText(letter),
      html: renderHtml(letter),
      attachments: [],
      createdMs: nowMs,
    }
  })
}

/** In English, as the commands that it names. */
export function reportLetter({ period, findings, report }: ReportContent): Letter {
  const counts = countsOf(findings)
  return {
    tag: 'en-GB',
    subject: `Billing of ${period}: ${counts}`,
    greeting: 'Dear colleague,',
    intro: introOf({ period, findings, report, counts }),
    sections: findings
      .filter(({ severity }) => severity !== 'info')
      .slice(0, FINDINGS_SHOWN_MAX)
      .map((finding) => ({
        title: `${finding.severity}: ${FINDING_CODES[finding.code]}`,
        percent: undefined,
        rows: [
          { label: 'about', value: finding.subject },
          { label: 'found', value: finding.text },
          { label: 'code', value: finding.code },
          ...(finding.show === '' ? [] : [{ label: 'look', value: finding.show }]),
        ],
      })),
    list:
      report === undefined || report.invoices.length === 0 ? undefined : listOf(report, findings),
    footer: `tik bill check --period ${period} shows this at any time. Recipients stand in TIK_BILL_REPORT_TO.`,
  }
}

function countsOf(findings: readonly Finding[]): string {
  const count = (severity: Finding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length
  const [errors, warnings] = [count('error'), count('warning')]
  if (errors + warnings === 0) return 'nothing stands in the way'
  return `${errors} errors, ${warnings} warnings`
}

function introOf({
  period,
  report,
  counts,
}: Pick<ReportContent, 'period' | 'findings' | 'report'> & { readonly counts: string }): string {
  const checked = `The check of ${period} found: ${counts}.`
  if (report === undefined) return checked
  if (report.stoppedBy.length > 0) {
    return `${checked} Nothing was finalised: ${report.stoppedBy.join(', ')} must be mended or accepted.`
  }
  const { netMicros, vatMicros, grossMicros } = report.totals
  const [net, vat, gross] = [netMicros, vatMicros, grossMicros].map((amount) =>
    microsToDecimal(amount, 2),
  )
  const what = report.preview ? 'invoices would be made' : 'invoices were finalised'
  const before =
    report.alreadyBilledCount === 0 ? '' : ` ${report.alreadyBilledCount} were billed before.`
  return `${checked} ${report.invoices.length} ${what}: EUR ${net} and ${vat} VAT, ${gross} in all.${before}`
}

function listOf(report: BillingReport, findings: readonly Finding[]): NonNullable<Letter['list']> {
  const sorted = report.invoices.toSorted((left, right) => sizeOf(right) - sizeOf(left))
  const shown = sorted.slice(0, ACCOUNTS_SHOWN_MAX)
  const hiddenCount = sorted.length - shown.length
  return {
    countsTitle: 'Usage by call type, EUR ex VAT',
    counts: report.usage.map(({ product, callType, count, amountMicros }) => {
      return `${product} ${callType}: ${count} usages, ${microsToDecimal(amountMicros, 2)}`
    }),
    title: 'Accounts, the greatest differences first',
    head: ['Account', 'Total', 'Month before', 'Difference', 'Mainly'],
    rows: shown.map((invoice) => [
      `${invoice.accountId}, ${invoice.accountName}`,
      microsToDecimal(invoice.grossMicros, 2),
      invoice.previousGrossMicros === undefined
        ? '-'
        : microsToDecimal(invoice.previousGrossMicros, 2),
      differenceText(invoice),
      mainCause(invoice),
    ]),
    more: [
      ...(hiddenCount === 0 ? [] : [`${hiddenCount} more accounts.`]),
      ...(findings.length > FINDINGS_SHOWN_MAX ? [`${findings.length} findings in all.`] : []),
    ].join(' '),
  }
}

function differenceText({ grossMicros, previousGrossMicros }: BilledInvoice): string {
  if (previousGrossMicros === undefined) return '-'
  const difference = micros(grossMicros - previousGrossMicros)
  return `${difference > 0 ? '+' : ''}${microsToDecimal(difference, 2)}`
}

function mainCause({ causes = [] }: BilledInvoice): string {
  const [main] = causes
  return main === undefined
    ? ''
    : `${causeText(main, 'en')} ${microsToDecimal(main.amountMicros, 2)}`
}

function sizeOf({ grossMicros, previousGrossMicros }: BilledInvoice): number {
  return previousGrossMicros === undefined ? 0 : Math.abs(grossMicros - previousGrossMicros)
}
