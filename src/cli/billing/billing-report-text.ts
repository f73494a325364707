/** What a check, a preview and a run tell on a terminal. */
import type { BilledPeriod } from '../../app/billing/bill-period.ts'
import { micros, microsToDecimal, type Micros } from '../../core/money/money.ts'
import { causeText } from '../../invoicing/documents/texts/difference-texts.ts'
import { formatTable } from '../../core/text/text-table.ts'
import {
  FINDING_CODES,
  type BilledInvoice,
  type BilledUsage,
  type Finding,
} from '../../invoicing/run/billing.ts'

/** Findings that a run shows before it begins; those for reading are told by `tik bill check`. */
export function describeCheck(check: readonly Finding[]): string {
  const shown = check.filter(({ severity }) => severity !== 'info')
  const restCount = check.length - shown.length
  const rest = restCount === 0 ? [] : [`${restCount} more for reading: tik bill check shows them.`]
  return [...shown.map(describeFinding), ...rest].join('\n')
}

export function describeBilling(report: BilledPeriod): string {
  const { invoices, alreadyBilledCount, preview, stoppedBy, accepted } = report
  if (stoppedBy.length > 0) {
    return (
      `Nothing was billed: the check found ${stoppedBy.join(', ')}.\n` +
      `Mend it, or accept it by name: --accept ${stoppedBy.join(',')}`
    )
  }
  const tables = preview
    ? [previewTable(report), ...causeLines(invoices), usageTable(report.usage)]
    : [invoiceTable(report)]
  const lines = [
    ...(invoices.length === 0 ? [] : tables),
    ...(accepted.length === 0 ? [] : [`Accepted with this run: ${accepted.join(', ')}.`]),
    ...(alreadyBilledCount === 0 ? [] : [`${alreadyBilledCount} accounts were billed before.`]),
    ...(preview ? ['This is a preview: no numbers were taken, nothing is closed.'] : []),
    ...report.findings.map(describeFinding),
  ]
  return lines.join('\n')
}

export function describeFinding(finding: Finding): string {
  const { code, severity, subject, text, show } = finding
  const where = show === '' ? '' : `\n         see: ${show}`
  return `${severity.padEnd(8)} ${subject}: ${text || FINDING_CODES[code]} (${code})${where}`
}

function invoiceTable({ invoices, totals }: BilledPeriod): string {
  return formatTable(
    [
      { key: 'number', title: 'Number' },
      { key: 'kind', title: 'Kind' },
      { key: 'account', title: 'Account' },
      { key: 'net', title: 'Net', align: 'right' },
      { key: 'vat', title: 'VAT', align: 'right' },
      { key: 'gross', title: 'Total EUR', align: 'right' },
      { key: 'files', title: 'Documents' },
    ],
    [
      ...invoices.map((invoice) => ({
        number: invoice.number || invoice.outcome,
        kind: invoice.kind,
        ...amounts(invoice),
        files: invoice.files.map((path) => path.split('/').at(-1) ?? '').join(', '),
      })),
      { number: 'total', kind: '', ...amounts(totals), files: '' },
    ],
  )
}

/** Each account beside its invoice of the period before. */
function previewTable({ invoices, totals }: BilledPeriod): string {
  return formatTable(
    [
      { key: 'account', title: 'Account' },
      { key: 'net', title: 'Net', align: 'right' },
      { key: 'vat', title: 'VAT', align: 'right' },
      { key: 'gross', title: 'Total EUR', align: 'right' },
      { key: 'before', title: 'Month before', align: 'right' },
      { key: 'difference', title: 'Difference', align: 'right' },
    ],
    [
      ...invoices.map((invoice) => ({ ...amounts(invoice), ...comparison(invoice) })),
      { ...amounts(totals), account: 'total', before: '', difference: '' },
    ],
  )
}

/** What makes the difference, for the accounts where it is greatest. */
function causeLines(invoices: readonly BilledInvoice[]): string[] {
  const changed = invoices.flatMap(({ causes, ...invoice }) =>
    causes === undefined ? [] : [{ causes, difference: comparison(invoice).difference, invoice }],
  )
  const shown = changed
    .toSorted((left, right) => sizeOf(right.invoice) - sizeOf(left.invoice))
    .slice(0, ACCOUNTS_EXPLAINED_MAX)
  return shown.map(({ causes, difference, invoice }) => {
    const told = causes.map((cause) => {
      return `${causeText(cause, 'en')} ${microsToDecimal(cause.amountMicros, 2)}`
    })
    return `${nameOf(invoice)} ${difference}: ${told.join('; ')}`
  })
}

/** A person reads these; `tik bill show NUMBER --against previous` tells one in full. */
const ACCOUNTS_EXPLAINED_MAX = 20

function sizeOf({ grossMicros, previousGrossMicros }: BilledInvoice): number {
  return Math.abs(grossMicros - (previousGrossMicros ?? grossMicros))
}

function comparison({ grossMicros, previousGrossMicros }: BilledInvoice) {
  if (previousGrossMicros === undefined) return { before: '-', difference: '-' }
  const difference = micros(grossMicros - previousGrossMicros)
  const sign = difference > 0 ? '+' : ''
  return {
    before: microsToDecimal(previousGrossMicros, 2),
    difference: `${sign}${microsToDecimal(difference, 2)}`,
  }
}

function usageTable(usage: readonly BilledUsage[]): string {
  if (usage.length === 0) return 'No usage.'
  return formatTable(
    [
      { key: 'product', title: 'Product' },
      { key: 'callType', title: 'Call type' },
      { key: 'count', title: 'Usages', align: 'right' },
      { key: 'amount', title: 'EUR ex VAT', align: 'right' },
    ],
    usage.map(({ product, callType, count, amountMicros }) => ({
      product,
      callType,
      count: String(count),
      amount: microsToDecimal(amountMicros, 2),
    })),
  )
}

function amounts(of: {
  readonly accountId?: string
  readonly billToId?: string | undefined
  readonly accountName?: string
  readonly netMicros: Micros
  readonly vatMicros: Micros
  readonly grossMicros: Micros
}) {
  const { accountId, accountName, billToId } = of
  return {
    account: accountId === undefined ? '' : `${nameOf({ accountId, billToId })}, ${accountName}`,
    net: microsToDecimal(of.netMicros, 2),
    vat: microsToDecimal(of.vatMicros, 2),
    gross: microsToDecimal(of.grossMicros, 2),
  }
}

function nameOf({ accountId, billToId }: Pick<BilledInvoice, 'accountId' | 'billToId'>): string {
  return billToId === undefined ? accountId : `${accountId} / ${billToId}`
}
