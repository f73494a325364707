/** `tik alerts`: which limits were crossed, who was told, and how that went. */
import type { Command } from 'commander'
import type { DispatchReport } from '../../alerts/dispatch-alerts.ts'
import type { AlertDelivery } from '../../alerts/list-alerts.ts'
import { systemClock } from '../../core/time/clock.ts'
import { dayFromIso, dayToIso } from '../../core/time/period.ts'
import { percentOfLevel } from '../../limits/limit-levels.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { remarkDelivery } from './delivery-remark.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'
import { alertsOf } from '../../app/alerts/alerts-of.ts'
import { sendAlerts } from '../../app/alerts/send-alerts.ts'

export function addAlertsCommand(program: Command): void {
  const alerts = program.command('alerts').description('crossed limits and their mails')
  alerts
    .command('list')
    .description('what was crossed, newest first, and what became of each message about it')
    .option('--account <id>', 'only this account')
    .option('--period <month>', 'the billing period that begins in this month, e.g. 2026-10')
    .option('--json', 'as JSON')
    .action(list)
  alerts
    .command('send')
    .description('send what is due now; tik run does this by itself')
    .option('--json', 'as JSON')
    .action(async (options: { json?: true }, command: Command) => {
      await using desk = await openDeskOf(command, 'alerts send')
      const report = await sendAlerts(desk, systemClock)
      remarkDelivery(report)
      if (options.json) printJson(report)
      else print(describeDispatch(report))
    })
}

export function describeDispatch(report: DispatchReport): string {
  return `${report.crossingsCount} new crossings, ${report.mailsQueuedCount} mails queued, ${report.sentCount} sent, ${report.delayedCount === 0 ? '' : `${report.delayedCount} put off, `}${report.refusedCount} failed`
}

async function list(
  options: { account?: string; period?: string; json?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'alerts list')
  const alerts = await alertsOf(desk, {
    ...(options.account === undefined ? {} : { accountId: options.account }),
    ...(options.period === undefined ? {} : { periodStartDay: dayFromIso(`${options.period}-01`) }),
  })
  if (options.json) return printJson(alerts)
  if (alerts.length === 0) print('No limit was crossed.')
  else print(alertsTable(alerts))
}

function alertsTable(alerts: readonly AlertDelivery[]): string {
  return formatTable(
    [
      { key: 'when', title: 'When (UTC)' },
      { key: 'account', title: 'Account' },
      { key: 'limit', title: 'Limit' },
      { key: 'scope', title: 'Of' },
      { key: 'level', title: 'Level', align: 'right' },
      { key: 'told', title: 'Told' },
      { key: 'state', title: 'State' },
      { key: 'period', title: 'Period from' },
    ],
    alerts.map((alert) => ({
      when: new Date(alert.happenedMs).toISOString().slice(0, 16).replace('T', ' '),
      account: alert.accountId,
      limit: alert.subject === '' ? alert.code : `${alert.code} (${alert.subject})`,
      scope: alert.scopeId,
      level: `${percentOfLevel(alert.level)} %`,
      told: alert.recipient,
      state: alert.reason === '' ? alert.state : `${alert.state}: ${alert.reason}`,
      period: dayToIso(alert.periodStartDay),
    })),
  )
}
