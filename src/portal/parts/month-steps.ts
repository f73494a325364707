/** How far the billing cycle of a month is: what was asked for, by whom, and what came of it. */
import { billedPeriod, checkedPeriod, bill, checkBilling } from '../../api/jobs/bill.ts'
import { sendMails } from '../../api/jobs/mails.ts'
import type { z } from 'zod'
import { historyOfInvoice } from '../../app/billing/invoice-history.ts'
import { invoicesOf } from '../../app/billing/invoice-archive.ts'
import { jobsOf } from '../../app/jobs/jobs-of.ts'
import type { InvoiceSummary } from '../../invoicing/run/billing.ts'
import type { Job } from '../../jobs/job-rows.ts'
import type { OwnAsking } from '../page.ts'

/** Of each kind so many are looked through for those of the month. */
const JOBS_READ_MAX = 50

export type StepState = 'open' | 'running' | 'done' | 'attention'
export type CheckedMonth = z.output<typeof checkedPeriod>
export type BilledMonth = z.output<typeof billedPeriod>

/** Who did it and when; undefined where nobody has. */
export interface StepDone {
  readonly by: string
  readonly atMs: number
}

export interface MonthStep<Result> {
  readonly state: StepState
  readonly job: Job | undefined
  readonly result: Result | undefined
  readonly done: StepDone | undefined
}

export interface MonthSteps {
  readonly check: MonthStep<CheckedMonth>
  readonly preview: MonthStep<BilledMonth>
  readonly finalise: MonthStep<BilledMonth>
  readonly send: MonthStep<undefined>
  readonly invoices: readonly InvoiceSummary[]
  readonly isRunning: boolean
}

export async function monthStepsOf(asking: OwnAsking, month: string): Promise<MonthSteps> {
  const { ask } = asking
  const [checks, bills, sendings, invoices] = await Promise.all([
    ask(jobsOf, { kind: checkBilling.kind, limit: JOBS_READ_MAX }),
    ask(jobsOf, { kind: bill.kind, limit: JOBS_READ_MAX }),
    ask(jobsOf, { kind: sendMails.kind, limit: 1 }),
    ask(invoicesOf, { period: month }),
  ])
  const ofMonth = bills.filter((job) => wishOf(job).period === month)
  const check = stepOf(
    checks.find((job) => wishOf(job).period === month),
    checkedPeriod,
    ({ findings }) => findings.some(({ severity }) => severity === 'error'),
  )
  const preview = stepOf(
    ofMonth.find((job) => wishOf(job).preview !== false),
    billedPeriod,
    ({ findings }) => findings.some(({ severity }) => severity === 'error'),
  )
  const asked = stepOf(
    ofMonth.find((job) => wishOf(job).preview === false),
    billedPeriod,
    ({ stoppedBy }) => stoppedBy.length > 0,
  )
  const finalise = asked.job === undefined ? await madeElsewhere(asking, invoices) : asked
  const send = sendStep(sendings[0], invoices)
  const isRunning = [check, preview, finalise, send].some(({ state }) => state === 'running')
  return { check, preview, finalise, send, invoices, isRunning }
}

function stepOf<Result>(
  job: Job | undefined,
  schema: z.ZodType<Result>,
  needsAttention: (result: Result) => boolean,
): MonthStep<Result> {
  if (job === undefined) return { state: 'open', job, result: undefined, done: undefined }
  const done = { by: job.askedBy, atMs: job.finishedMs ?? job.askedMs }
  if (job.state === 'waiting' || job.state === 'running') {
    return { state: 'running', job, result: undefined, done }
  }
  const result = schema.safeParse(job.result).data
  const isWhole = job.state === 'done' && result !== undefined && !needsAttention(result)
  return { state: isWhole ? 'done' : 'attention', job, result, done }
}

/** Made at a terminal: its history says who. */
async function madeElsewhere(
  { ask }: OwnAsking,
  [first]: readonly InvoiceSummary[],
): Promise<MonthStep<BilledMonth>> {
  const none = { job: undefined, result: undefined }
  if (first === undefined) return { ...none, state: 'open', done: undefined }
  const { number, partnerId } = first
  const history = number === '' ? [] : await ask(historyOfInvoice, { number, partnerId })
  const noted = history.find(({ state }) => state === 'finalised')
  const done = noted === undefined ? undefined : { by: noted.actor.by, atMs: noted.atMs }
  return { ...none, state: 'done', done }
}

function sendStep(job: Job | undefined, invoices: readonly InvoiceSummary[]): MonthStep<undefined> {
  const isOpen = job?.state === 'waiting' || job?.state === 'running'
  const numbered = invoices.filter(({ number }) => number !== '')
  const last = Math.max(0, ...numbered.map(({ sentMs }) => sentMs ?? 0))
  const isAll = numbered.length > 0 && numbered.every(({ sentMs }) => sentMs !== undefined)
  const state = isOpen ? 'running' : isAll ? 'done' : 'open'
  // Mails leave by themselves too: by whom is said where somebody asked after the last of them was made.
  const done = last === 0 ? undefined : { by: '', atMs: last }
  return { state, job: isOpen ? job : undefined, result: undefined, done }
}

function wishOf({ wish }: Job): { readonly period?: unknown; readonly preview?: unknown } {
  return typeof wish === 'object' && wish !== null ? wish : {}
}
