/** What went out wrong is taken back: credit notes, and invoices made anew. */
import { z } from 'zod'
import { creditOf, reissueOf } from '../../app/billing/credit.ts'
import { microsFromDecimal } from '../../core/money/money.ts'
import type { CreditWish } from '../../invoicing/credit/build-credit-note.ts'
import type { Invoice } from '../../invoicing/invoice-model.ts'
import { id, money, moneyOf } from '../fields.ts'
import { finding, findingOf } from '../finding-form.ts'
import { Refusal } from '../problem.ts'
import { jsonRoute, type Route } from '../route.ts'

const number = z.object({ number: id })
const lineNumber = z.int().min(1).max(999_999)

const made = z
  .object({
    kind: z.string(),
    number: z.string().nullable().meta({ description: 'null in a dry run' }),
    lines: z.array(z.object({ line: z.int().nullable(), description: z.string(), amount: money })),
    net: money,
    vat: money,
    gross: money,
  })
  .meta({ id: 'MadeDocument' })

const why = {
  partner: id.optional().meta({ description: 'where several sellers have the number' }),
  reason: z.string().min(1).max(500).meta({ description: 'for the customer: it stands on it' }),
  dryRun: z.boolean().default(false),
}

export const creditNoteRoutes: readonly Route[] = [
  jsonRoute({
    method: 'post',
    path: '/invoices/{number}/credit-notes',
    tag: 'corrections',
    summary: 'Takes back all that is left of an invoice, some of its lines, or an amount',
    right: 'operate',
    isOfOperator: true,
    params: number,
    body: z.object({
      ...why,
      lines: z.array(lineNumber).min(1).max(10_000).optional(),
      amount: z
        .string()
        .regex(/^(?=.*[1-9])\d{1,7}(\.\d{1,2})?$/)
        .optional()
        .meta({ description: 'without VAT, in EUR; not beside lines' }),
      line: lineNumber.optional().meta({ description: 'of which the amount is' }),
    }),
    answer: z.object({
      status: z.string().meta({ description: 'of the invoice, after it' }),
      creditNote: made,
      leftNet: money,
      leftGross: money,
      findings: z.array(finding),
    }),
    status: 201,
    async run({ ask, params, body }) {
      const { partner, reason, dryRun } = body
      const outcome = await ask(creditOf, {
        ...params,
        ...(partner === undefined ? {} : { partnerId: partner }),
        reason,
        dryRun,
        wish: wishOf(body),
      })
      return {
        status: outcome.original.status,
        creditNote: toMade(outcome.creditNote),
        leftNet: moneyOf(outcome.left.netMicros),
        leftGross: moneyOf(outcome.left.grossMicros),
        findings: outcome.findings.map(findingOf),
      }
    },
  }),
  jsonRoute({
    method: 'post',
    path: '/invoices/{number}/reissue',
    tag: 'corrections',
    summary: 'Credits an invoice whole and makes it anew, with the account as it is today',
    right: 'operate',
    isOfOperator: true,
    params: number,
    body: z.object(why),
    answer: z.object({
      creditNote: made.nullable().meta({ description: 'null where it was credited before' }),
      reissued: made,
      findings: z.array(finding),
    }),
    status: 201,
    async run({ ask, params, body }) {
      const { partner, ...order } = body
      const outcome = await ask(reissueOf, {
        ...params,
        ...order,
        ...(partner === undefined ? {} : { partnerId: partner }),
      })
      return {
        creditNote: outcome.creditNote === undefined ? null : toMade(outcome.creditNote),
        reissued: toMade(outcome.reissued),
        findings: outcome.findings.map(findingOf),
      }
    },
  }),
]

function wishOf({
  lines,
  amount,
  line,
}: {
  readonly lines?: readonly number[] | undefined
  readonly amount?: string | undefined
  readonly line?: number | undefined
}): CreditWish {
  const isMixed = lines !== undefined && (amount ?? line) !== undefined
  if (isMixed || (line !== undefined && amount === undefined)) {
    throw new Refusal({
      status: 422,
      title: 'What was sent is not valid',
      detail: 'lines go without amount and line, and a line goes with an amount',
    })
  }
  if (lines !== undefined) return { what: 'lines', lineNumbers: lines }
  if (amount === undefined) return { what: 'whole' }
  return { what: 'amount', netMicros: microsFromDecimal(amount), lineNumber: line }
}

function toMade({ kind, number: own, lines, totals }: Invoice): z.input<typeof made> {
  return {
    kind,
    number: own === '' ? null : own,
    lines: lines.map((each) => ({
      line: kind === 'credit-note' ? (each.correctsLine ?? null) : each.lineNumber,
      description: each.description,
      amount: moneyOf(each.amountMicros),
    })),
    net: moneyOf(totals.netMicros),
    vat: moneyOf(totals.vatMicros),
    gross: moneyOf(totals.grossMicros),
  }
}
