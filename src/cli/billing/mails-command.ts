/** `tik mails`: every mail with its state, and one that goes once more. */
import { Option, type Command } from 'commander'
import { systemClock } from '../../core/time/clock.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { mailOf, mailsOf, resendMails } from '../../app/mails/mails-of.ts'
import { MAIL_STATES, type ListedMail, type MailState } from '../../mail/list-mails.ts'
import type { Resent } from '../../mail/resend-mail.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'
import { remarkDelivery } from './delivery-remark.ts'

export function addMailsCommand(program: Command): void {
  const mails = program.command('mails').description('every mail of tik: what became of it')
  mails
    .command('list')
    .description('mails of every kind, newest first, with the reason of the last refusal')
    .addOption(new Option('--state <state>', 'only these').choices(MAIL_STATES))
    .option('--kind <kind>', 'only this kind: limit-alert, sim-block, invoice, report')
    .option('--account <id>', 'only of this account')
    .option('--containing <text>', 'subject, address or id contains it')
    .option('--json', 'as JSON')
    .action(list)
  mails
    .command('show')
    .argument('<mail>', 'id of the mail')
    .description('one mail: addresses, state, text, attachments')
    .option('--json', 'as JSON')
    .action(show)
  mails
    .command('resend')
    .argument('<mails...>', 'ids of mails')
    .description('send mails once more, to the addresses that their readers have today')
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_RESEND)
    .action(resend)
}

const AFTER_RESEND = `
A mail that no server took gets another chance under its own id. One that was sent goes as a copy with an id
of its own; asked again for the same address nothing more is sent: resend the copy, if it must go again.
A corrected address is that of \`tik users import\`.

Exit status 1 when the mail server is away or refuses a mail.`

interface ListOptions {
  readonly state?: MailState
  readonly kind?: string
  readonly account?: string
  readonly containing?: string
  readonly json?: true
}

async function list(options: ListOptions, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'mails list')
  const { state, kind, account: accountId, containing } = options
  const mails = await mailsOf(desk, { state, kind, accountId, containing })
  if (options.json) return printJson(mails)
  print(mails.length === 0 ? 'No mails.' : mailsTable(mails))
}

function mailsTable(mails: readonly ListedMail[]): string {
  return formatTable(
    [
      { key: 'id', title: 'Id' },
      { key: 'created', title: 'Written (UTC)' },
      { key: 'kind', title: 'Kind' },
      { key: 'account', title: 'Account' },
      { key: 'to', title: 'To' },
      { key: 'subject', title: 'Subject' },
      { key: 'state', title: 'State' },
    ],
    mails.map((mail) => ({
      id: mail.mailId,
      created: moment(mail.createdMs),
      kind: mail.kind,
      account: mail.accountId,
      to: mail.recipient,
      subject: mail.subject,
      state: stateText(mail),
    })),
  )
}

function stateText({ state, reason, attempts, nextAttemptMs }: ListedMail): string {
  const again =
    nextAttemptMs === undefined || attempts === 0 ? '' : `, again ${moment(nextAttemptMs)}`
  return reason === '' ? `${state}${again}` : `${state}${again}: ${reason}`
}

async function show(mailId: string, options: { json?: true }, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'mails show')
  const mail = await mailOf(desk, mailId)
  if (options.json) return printJson(mail)
  const { finishedMs } = mail
  const lines = [
    `From:     ${mail.sender}`,
    `To:       ${mail.recipient}`,
    `Subject:  ${mail.subject}`,
    `Kind:     ${mail.kind}${mail.accountId === '' ? '' : ` of account ${mail.accountId}`}`,
    `Written:  ${moment(mail.createdMs)} UTC`,
    `State:    ${stateText(mail)}${finishedMs === undefined ? '' : ` at ${moment(finishedMs)} UTC`}, ${mail.attempts} attempts`,
    ...mail.attachments.map((name) => `Attached: ${name}`),
    '',
    mail.text,
  ]
  print(lines.join('\n'))
}

async function resend(
  mailIds: string[],
  options: { json?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'mails resend')
  const report = await resendMails(desk, mailIds, systemClock)
  remarkDelivery(report.sent)
  if (report.mails.some(({ outcome }) => outcome === 'in-hand')) process.exitCode = 1
  if (options.json) return printJson(report)
  for (const { asked, ...resent } of report.mails)
    print(`${asked}: ${OUTCOMES[resent.outcome](resent)}`)
  print(`${report.sent.sentCount} mails sent.`)
}

const OUTCOMES: Readonly<Record<Resent['outcome'], (resent: Resent) => string>> = {
  queued: (resent) => `goes to ${whereOf(resent)}`,
  'asked-before': (resent) => `was asked for before: nothing more is sent to ${whereOf(resent)}`,
  'in-hand': (resent) => `is being tried now, to ${whereOf(resent)}: ask again in three minutes`,
  unknown: () => 'there is no such mail',
}

function whereOf(resent: Resent): string {
  return resent.outcome === 'unknown' ? '' : `${resent.email} as ${resent.mailId}`
}

/** To the minute, in UTC. */
function moment(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
}
