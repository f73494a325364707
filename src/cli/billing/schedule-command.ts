/** `tik bill schedule`: check and preview at set times, with a report by mail. */
import { schedule, validate } from 'node-cron'
import type { Command } from 'commander'
import { systemClock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { ScheduledBilling } from '../../app/billing/billing-schedule.ts'
import { configOf, print, printJson, remark } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'
import { stopOnSignal } from '../stop-on-signal.ts'
import { remarkDelivery } from './delivery-remark.ts'

export function addScheduleCommand(bill: Command): void {
  bill
    .command('schedule')
    .description('check and preview at set times, and mail the report to operations, until Ctrl-C')
    .option('--now', 'do it once, now, and end')
    .option('--json', 'with --now: as JSON')
    .addHelpText('after', AFTER_HELP)
    .action(run)
}

const AFTER_HELP = `
TIK_BILL_SCHEDULE       when, as a cron expression: "0 6 1 * *" is six o'clock on the first of a month
TIK_BILL_TIME_ZONE      in which zone, and by which the month that ended last is told
TIK_BILL_REPORT_TO      who gets the report, addresses separated by commas
TIK_BILL_REMIND_SCHEDULE  when the reminders that are due go out ("0 9 * * 1-5"); never where it is left out
TIK_BILL_SCHEDULE_DOES  check, preview (default: check and preview) or run: finalise what the check lets through

The data folder is open only while it works. A report is mailed once for a period and day. With run it
stops at errors of the check as \`tik bill run\` does; the mail then says at which.

With --now: exit status 1 when the check finds an error or a warning, or a mail could not leave.`

interface ScheduleOptions {
  readonly now?: true
  readonly json?: true
}

async function run(options: ScheduleOptions, command: Command): Promise<void> {
  const signal = stopOnSignal('Stopping after the account under way …')
  if (options.now) return once(options, command, signal)
  const { billTimeZone } = configOf(command)
  const jobs = jobsOf(command, signal)
  // One at a time has the data folder: whoever comes while another works waits for it.
  let before: Promise<void> = Promise.resolve()
  await untilStopped(signal, (stopped) => {
    for (const { name, times, work } of jobs) {
      const inTurn = () => (before = before.then(() => guarded(work)))
      const task = schedule(times, inTurn, { timezone: billTimeZone, noOverlap: true })
      remark(`Next${name}: ${task.getNextRun()?.toISOString() ?? 'never'}`)
      stopped(() => task.destroy())
    }
  })
  await before
  process.exitCode = 0 // What each time found was told and mailed then.
}

interface Job {
  readonly name: string
  readonly times: string
  readonly work: () => Promise<void>
}

/** Throws `config_invalid` where no time is set, or one is none, or nobody gets the report. */
function jobsOf(command: Command, signal: AbortSignal): Job[] {
  const { billSchedule, billRemindSchedule, billReportTo } = configOf(command)
  const reminding = { name: ' reminders', work: () => remind(command) }
  const jobs: Job[] =
    billRemindSchedule === undefined ? [] : [{ ...reminding, times: cronOf(billRemindSchedule) }]
  if (billSchedule === undefined && jobs.length > 0) return jobs
  const times = cronOf(billSchedule)
  if ((billReportTo ?? '').trim() === '') {
    throw new TikError('config_invalid', 'nobody is to get the report of the scheduled check', {
      hint: 'name addresses in TIK_BILL_REPORT_TO, separated by commas',
    })
  }
  return [{ name: '', times, work: () => once({}, command, signal) }, ...jobs]
}

function cronOf(text: string | undefined): string {
  if (text !== undefined && validate(text)) return text
  const what = text === undefined ? 'no time is set' : `"${text}" is no cron expression`
  throw new TikError('config_invalid', `${what} for the scheduled check`, {
    hint: 'TIK_BILL_SCHEDULE="0 6 1 * *" is six o’clock on the first of each month; --now does it once',
  })
}

async function remind(command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'bill schedule', 'none')
  const { remindOnSchedule } = await import('../../app/billing/reminder-schedule.ts')
  const { reminders, sent } = await remindOnSchedule(desk, systemClock)
  remarkDelivery(sent)
  print(`${reminders.length} reminders were due.`)
}

/** A failure is told and the next time comes all the same: the service does not end by one bad month. */
async function guarded(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof TikError)) throw error
    remark(`tik: ${error.message}\n     ${error.hint}`)
  }
}

async function once(
  options: ScheduleOptions,
  command: Command,
  signal: AbortSignal,
): Promise<void> {
  await using desk = await openDeskOf(command, 'bill schedule', 'none')
  const { billOnSchedule } = await import('../../app/billing/billing-schedule.ts')
  const done = await billOnSchedule(desk, { clock: systemClock, signal })
  remarkDelivery(done.sent)
  if (done.findings.some(({ severity }) => severity !== 'info')) process.exitCode = 1
  if (options.json) return printJson(done)
  print(describeSchedule(done))
}

export function describeSchedule({
  period,
  findings,
  report,
  recipients,
  queuedCount,
}: ScheduledBilling): string {
  const open = findings.filter(({ severity }) => severity !== 'info').length
  const invoices = report === undefined ? '' : `, ${report.invoices.length} invoices`
  const mailed =
    queuedCount === 0
      ? 'the report of today was mailed before'
      : `the report goes to ${recipients.join(', ')}`
  return `${period}: ${open} findings to judge${invoices}; ${mailed}.`
}

/** Resolves when the signal came and what `begin` gave to be called then is done. */
async function untilStopped(
  signal: AbortSignal,
  begin: (stopped: (end: () => void | Promise<void>) => void) => void,
): Promise<void> {
  const ends: (() => void | Promise<void>)[] = []
  begin((end) => void ends.push(end))
  if (!signal.aborted) {
    await new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    )
  }
  for (const end of ends) await end()
}
